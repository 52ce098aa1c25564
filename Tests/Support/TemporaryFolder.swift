import Foundation
import Synchronization

/// A folder of its own for one test, removed when let go.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// A place for files in memory, where the machine has one that is large enough: a container's may hold 64 MiB.
    private static let memory: URL? = {
        let path = "/dev/shm"
        let free = try? FileManager.default.attributesOfFileSystem(forPath: path)[.systemFreeSize] as? Int
        guard let free, free >= 1 << 30, FileManager.default.isWritableFile(atPath: path) else { return nil }
        return URL(fileURLWithPath: path)
    }()

    /// - Parameters:
    ///   - isInMemory: for tests that sync files by the thousand, in memory where the machine has such a place; all
    ///     are there in a quick round.
    ///   - isShared: held by a static property, and therefore removed when the process ends.
    package init(isInMemory: Bool = false, isShared: Bool = false) throws {
        let memory = isInMemory || Sampling.isQuick ? Self.memory : nil
        let parent = memory ?? FileManager.default.temporaryDirectory
        let url = parent.appendingPathComponent("octovault-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
        if isShared { SharedFolders.removeAtExit(path) }
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

/// The folders that are removed when the process ends.
private enum SharedFolders {
    private static let paths = Mutex<[String]>([])

    static func removeAtExit(_ path: String) {
        let isFirst = paths.withLock { paths in
            paths.append(path)
            return paths.count == 1
        }
        guard isFirst else { return }
        atexit {
            for path in SharedFolders.paths.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
        }
    }
}
