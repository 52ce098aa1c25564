import Foundation

/// A folder of its own for one test, removed when let go.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// - Parameter isInMemory: for tests that sync files by the thousand, in memory where the machine has such a place.
    package init(isInMemory: Bool = false) throws {
        let memory = "/dev/shm"
        let isPossible = isInMemory && FileManager.default.isWritableFile(atPath: memory)
        let parent = isPossible ? URL(fileURLWithPath: memory) : FileManager.default.temporaryDirectory
        let url = parent.appendingPathComponent("octovault-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Every file below the folder, by its path relative to it, sorted.
    package func allFiles() -> [String] {
        let paths = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return paths.filter { name in
            var isFolder = ObjCBool(false)
            return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }
}
