import Foundation
import SystemPackage

/// Standard input as a file without a name: unlike a pipe it holds any amount, and a command may leave it unread.
enum InputFile {
    /// A file that holds `bytes` and is read from its start; nothing is left of it once it is closed.
    static func open(holding bytes: [UInt8]) throws(CommandError) -> FileDescriptor {
        do {
            if bytes.isEmpty { return try FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec) }
            let file = try unnamed()
            do {
                try file.writeAll(bytes)
                try file.seek(offset: 0, from: .start)
                return file
            } catch {
                try? file.close()
                throw error
            }
        } catch {
            throw CommandError(code: .failed, message: "could not be given its input")
        }
    }

    private static func unnamed() throws -> FileDescriptor {
        var path = Array(
            FileManager.default.temporaryDirectory.appendingPathComponent("octovault-XXXXXX").path.utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        unlink(path)
        return FileDescriptor(rawValue: descriptor)
    }
}
