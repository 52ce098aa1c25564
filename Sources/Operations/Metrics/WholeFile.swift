import Foundation

/// A file that is written whole or not at all: beside its place first, then renamed into it.
package enum WholeFile {
    /// - Throws: ``Problem`` with status `cannotWrite`.
    package static func write(_ text: String, to path: String, mode: Int = 0o644) throws {
        let url = URL(fileURLWithPath: path)
        let partial = url.deletingLastPathComponent().appendingPathComponent(
            ".\(url.lastPathComponent.prefix(150)).\(ProcessInfo.processInfo.processIdentifier).partial")
        do {
            try Data(text.utf8).write(to: partial)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: partial.path)
            guard rename(partial.path, url.path) == 0 else {
                throw Problem(
                    .cannotWrite, code: "cannot-write", "cannot write \(path): \(String(cString: strerror(errno)))",
                    hint: "name a file in a folder that can be written")
            }
        } catch {
            try? FileManager.default.removeItem(at: partial)
            if let problem = error as? Problem { throw problem }
            let reason = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            let text = reason.map { String(cString: strerror(Int32(truncatingIfNeeded: $0.code))) }
            throw Problem(
                .cannotWrite, code: "cannot-write",
                "cannot write \(path): \(text ?? (error as NSError).localizedDescription)",
                hint: "name a file in a folder that can be written")
        }
    }
}
