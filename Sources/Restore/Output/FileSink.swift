package import Archive
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes a file that appears whole or not at all: a partial file beside it, on the device, then renamed, then the
/// folder on the device. A file that was there stays until then.
///
/// A symbolic link is followed. What is no plain file, such as a device, a named pipe or `/dev/fd/63`, is written
/// directly.
package final class FileSink: RowSink {
    private struct State {
        var writer: (any FileWriter)?
    }

    /// The file's path as it was given.
    package let path: String?
    private let target: String
    private let partialPath: String
    private let files: any Files
    private let state: Mutex<State>
    /// What is written in the file's place; nil for a plain file.
    private let direct: DescriptorSink?

    /// Opens the partial file.
    ///
    /// - Throws: ``RestoreError/Code/cannotWrite``.
    package init(path: String, files: any Files = DiskFiles()) throws(RestoreError) {
        let target = Self.resolve(path)
        self.files = files
        self.path = path
        self.target = target
        partialPath = PartialFile.path(for: target)
        direct = try OpenOutput.sink(path)
        guard direct == nil else {
            state = Mutex(State())
            return
        }
        do throws(ArchiveError) {
            let kind = try files.status(target)?.kind
            if kind == .folder { throw ArchiveError(.cannotWrite, "it is a folder", hint: "name a file in it") }
            if kind == .other { throw ArchiveError(.cannotWrite, "it is a symbolic link that leads nowhere") }
            state = Mutex(State(writer: try files.create(partialPath)))
        } catch {
            // The error may name the partial file, which nobody asked for.
            throw RestoreError(
                .cannotWrite, "\(path) cannot be written: \(error.message)", hint: error.hint, cause: error)
        }
    }

    /// The path behind symbolic links, where there is something.
    private static func resolve(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(RestoreError) {
        if let direct { return try direct.write(bytes) }
        do throws(ArchiveError) {
            try state.withLock { $0.writer }?.write(bytes)
        } catch {
            throw RestoreError(writing: error)
        }
    }

    package func finish() throws(RestoreError) {
        let writer = state.withLock { state in
            defer { state.writer = nil }
            return state.writer
        }
        guard let writer else { return }
        do throws(ArchiveError) {
            do throws(ArchiveError) {
                try writer.synchronize()
                try writer.close()
                try files.replace(target, with: partialPath)
            } catch {
                try? files.remove(partialPath)
                throw error
            }
            try files.synchronize(folder: PathText.parent(of: target))
        } catch {
            throw RestoreError(writing: error)
        }
    }

    package func abandon() {
        let writer = state.withLock { state in
            defer { state.writer = nil }
            return state.writer
        }
        guard let writer else { return }
        try? writer.close()
        try? files.remove(partialPath)
    }
}
