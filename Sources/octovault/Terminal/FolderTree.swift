import Foundation
import Operations

/// A folder drawn as a tree.
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
