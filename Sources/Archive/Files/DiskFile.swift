#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif
import Synchronization

/// A file of the real disk, open for writing.
final class DiskFileWriter: FileWriter {
    private let path: String
    /// nil once closed.
    private let descriptor: Mutex<Int32?>

    init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        descriptor.withLock { if let open = $0 { _ = DiskFiles.close(open) } }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        try withDescriptor("write") { descriptor in
            var rest = bytes[...]
            while !rest.isEmpty {
                let chunk = UnsafeRawBufferPointer(rebasing: rest)
                let (count, number) = SystemCall.run { Self.write(descriptor, chunk) }
                guard count >= 0 else { return number }
                rest = rest.dropFirst(count)
            }
            return 0
        }
    }

    func synchronize() throws(ArchiveError) {
        try withDescriptor("synchronise") { descriptor in SystemCall.run { fsync(descriptor) }.number }
    }

    func close() throws(ArchiveError) {
        let number = descriptor.withLock { held -> Int32 in
            guard let open = held else { return 0 }
            held = nil
            // Whatever it answers, the descriptor is gone: calling again could close another file's.
            return DiskFiles.close(open) == 0 || errno == EINTR ? 0 : errno
        }
        guard number == 0 else { throw SystemCall.writeError("close", path, number) }
    }

    private func withDescriptor(_ doing: String, _ body: (Int32) -> Int32) throws(ArchiveError) {
        let number = descriptor.withLock { held in held.map(body) ?? EBADF }
        guard number == 0 else { throw SystemCall.writeError(doing, path, number) }
    }

    private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
        Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}

/// A file of the real disk, open for reading.
final class DiskFileReader: FileReader {
    private let path: String
    private let descriptor: Int32

    init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { _ = DiskFiles.close(descriptor) }

    func size() throws(ArchiveError) -> Int { try Int(details().st_size) }

    /// Whether it is a file with content of its own, and no folder, pipe, socket or device.
    func isRegular() throws(ArchiveError) -> Bool { try details().st_mode & S_IFMT == S_IFREG }

    private func details() throws(ArchiveError) -> stat {
        var details = stat()
        let (result, number) = SystemCall.run { fstat(descriptor, &details) }
        guard result == 0 else { throw SystemCall.readError(path, number) }
        return details
    }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        var count = 0
        while count < buffer.count {
            let (read, number) = SystemCall.run {
                pread(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count, off_t(offset + count))
            }
            guard read >= 0 else { throw SystemCall.readError(path, number) }
            if read == 0 { break }
            count += read
        }
        return count
    }
}
