import Vault

/// What other programs left beside the vault's files.
struct OtherProgramsCheck: DoctorCheck {
    let name = "other programs"
    let left: LeftByOthers

    func findings() -> [Finding] {
        guard let first = left.first else { return [] }
        let kinds = left.kinds.prefix(Self.mostKinds).map { "\($0.name) \($0.count.grouped)" }
        let more = left.kinds.count > Self.mostKinds ? ", …" : ""
        let files = left.count == 1 ? "1 file or folder" : "\(left.count.grouped) files or folders"
        let places = left.folders == 1 ? "in \(first)" : "in \(left.folders.grouped) folders, one of them \(first)"
        let cut = left.isCut ? "; not all folders were looked into" : ""
        return [
            .ok(
                "other programs left \(files) (\(kinds.joined(separator: ", "))\(more)) \(places): no part of the vault"
                    + cut)
        ]
    }

    private static let mostKinds = 6
}
