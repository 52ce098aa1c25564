#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where a path leads: a folder that is open, and a name in it, for the system's calls that end in `at`.
///
/// The vault's folder and a task's folder may be symbolic links. From a date folder on, and below `lost+found`, no link
/// is followed: in a vault that others may write to, or that came from elsewhere, it could lead to any file. Each
/// folder is opened in the one before it, so that none can be replaced by a link in between.
struct DiskPlace: ~Copyable {
    let folder: Int32
    let name: String
    /// Added to the flags of a call that opens `name`.
    let openFlag: Int32

    private init(folder: Int32, name: String, openFlag: Int32) {
        self.folder = folder
        self.name = name
        self.openFlag = openFlag
    }

    /// Whether a symbolic link in the place of the path is left alone.
    var isGuarded: Bool { openFlag != 0 }

    /// - Throws: the error number where a folder on the way cannot be opened; `ENOTDIR` where it is a link.
    static func find(_ path: String) throws(Failure) -> DiskPlace {
        guard let start = guardedStart(path) else { return DiskPlace(folder: AT_FDCWD, name: path, openFlag: 0) }
        var rest = path.utf8[start...].split(separator: UInt8(ascii: "/"))
        guard rest.count > 1, let last = rest.popLast() else {
            return DiskPlace(folder: AT_FDCWD, name: path, openFlag: O_NOFOLLOW)
        }
        var folder = AT_FDCWD
        for (place, part) in rest.enumerated() {
            let name = place == 0 ? String(path[..<part.endIndex]) : String(Substring(part))
            let (next, number) = SystemCall.run {
                openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            }
            if folder != AT_FDCWD { _ = DiskFiles.close(folder) }
            guard next >= 0 else { throw Failure(number: number == ELOOP ? ENOTDIR : number) }
            folder = next
        }
        return DiskPlace(folder: folder, name: String(Substring(last)), openFlag: O_NOFOLLOW)
    }

    struct Failure: Error { let number: Int32 }

    /// Where the part of a path begins that no link may stand in; nil where there is none.
    ///
    /// Searched for by the C library: every call on a file of the vault comes by here.
    private static func guardedStart(_ path: String) -> String.Index? {
        let first = path.withCString { text -> Int? in
            let ofDate = offset(of: "vault_date=", isWhole: false, in: text)
            let ofOthers = guardedNames.map { offset(of: $0, isWhole: true, in: text) }
            return (ofOthers + [ofDate]).compactMap(\.self).min()
        }
        return first.map { path.utf8.index(path.startIndex, offsetBy: $0) }
    }

    private static let guardedNames = ["lost+found", "octovault.json"]

    /// Where a part of a path begins that is the name, or that only begins with it.
    private static func offset(of name: String, isWhole: Bool, in path: UnsafePointer<CChar>) -> Int? {
        let slash = CChar(bitPattern: UInt8(ascii: "/"))
        var rest = path
        while let found = strstr(rest, name).map({ UnsafePointer($0) }) {
            let end = found[name.utf8.count]
            if found == path || found[-1] == slash, !isWhole || end == 0 || end == slash { return found - path }
            rest = found + 1
        }
        return nil
    }

    deinit {
        if folder != AT_FDCWD { _ = DiskFiles.close(folder) }
    }
}
