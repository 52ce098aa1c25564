import Foundation
import Gzip
import Records
import Restore

/// What a program that is asked for its version tells of itself: the number, what it was built from, and what it found
/// on the machine that it works with.
package struct ProgramFacts: Sendable {
    /// The commit that was built; empty where it is not known.
    private let commit: String
    private let environment: [String: String]

    package init(commit: String, environment: [String: String]) {
        self.commit = commit
        self.environment = environment
    }

    /// A line each; the first is the number alone, for scripts.
    package var lines: [String] {
        let rclone = rclone.map { $0.printable } ?? "not found (copies to anything but folders need it)"
        let engines = GzipEngine.available.contains(.libdeflate) ? "libdeflate, " : ""
        return [
            ProgramVersion.number, "commit  \(commit.isEmpty ? "unknown" : commit)",
            "gzip    \(engines)zlib \(GzipEngine.zlibVersion)", "SQLite  \(SQLiteLibrary.version)",
            "rclone  \(rclone)",
        ]
    }

    /// Where the program is that copies go by; nil where it is not there.
    private var rclone: String? {
        let name = environment["OCTOVAULT_RCLONE"].flatMap { $0.isEmpty ? nil : $0 } ?? "rclone"
        guard !name.contains("/") else { return isProgram(name) ? name : nil }
        let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").prefix(256)
        return folders.lazy.map { "\($0)/\(name)" }.first(where: isProgram)
    }

    private func isProgram(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            && FileManager.default.isExecutableFile(atPath: path)
    }
}
