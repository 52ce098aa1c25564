import Foundation

/// Whether files are as open as they must be, and no more: the vault can be written, what holds secrets is its owner's
/// alone, and nobody else can write what is run.
struct PermissionsCheck: DoctorCheck {
    /// What a file is to be.
    enum Wish: Sendable, Hashable {
        /// Nobody but its owner may read or write it.
        case secret
        /// Nobody but its owner may write it.
        case guarded
    }

    /// A path, what it is called, and what it is to be.
    struct Place: Sendable, Hashable {
        let path: String
        let what: String
        let wish: Wish
    }

    let name = "permissions"
    /// The vault's folder; nil where there is none.
    let vault: String?
    let places: [Place]

    func findings() -> [Finding] {
        let bad = writing + places.compactMap(finding)
        guard bad.isEmpty else { return bad }
        return [.ok("\(vault == nil ? "" : "the vault can be written, and ")no secret lies open")]
    }

    private var writing: [Finding] {
        guard let vault, access(vault, W_OK | X_OK) != 0 else { return [] }
        return [
            .error(
                .cannotWrite, "the vault \(vault) cannot be written", "check the folder's owner, mount and permissions")
        ]
    }

    private func finding(_ place: Place) -> Finding? {
        var details = stat()
        guard stat(place.path, &details) == 0 else { return nil }
        let isFolder = details.st_mode & S_IFMT == S_IFDIR
        let mode = details.st_mode & 0o777
        switch place.wish {
        case .secret where mode & 0o077 != 0:
            return .warning(
                "\(place.what) \(place.path) is open to others (mode \(String(mode, radix: 8)))",
                "chmod \(isFolder ? "700" : "600") \(place.path)")
        case .guarded where mode & 0o022 != 0:
            return .warning(
                "others may write to \(place.what) \(place.path) (mode \(String(mode, radix: 8)))",
                "chmod go-w \(place.path)")
        default: return nil
        }
    }
}
