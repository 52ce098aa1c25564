import Foundation
import Operations

/// A folder drawn as a tree, without the locks and the other files that a running program leaves to itself.
enum FolderTree {
    /// - Parameter most: how many entries are drawn before the rest is counted.
    static func lines(of path: String, most: Int) -> [String] {
        var lines = [path]
        var left = most
        append(path, prefix: "", to: &lines, left: &left)
        if left < 0 { lines.append("… and \(-left) more") }
        return lines
    }

    private static func append(_ path: String, prefix: String, to lines: inout [String], left: inout Int) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
            .filter { !$0.hasPrefix(".") && $0 != "locks" && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
        for (index, name) in names.enumerated() {
            left -= 1
            let isLast = index == names.count - 1
            if left >= 0 { lines.append("\(prefix)\(isLast ? "└── " : "├── ")\(name.printable)") }
            var isFolder = ObjCBool(false)
            let child = "\(path)/\(name)"
            if FileManager.default.fileExists(atPath: child, isDirectory: &isFolder), isFolder.boolValue {
                append(child, prefix: prefix + (isLast ? "    " : "│   "), to: &lines, left: &left)
            }
        }
    }
}
