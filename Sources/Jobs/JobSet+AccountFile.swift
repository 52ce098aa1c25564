import Foundation

extension JobSet {
    /// What a file of accounts is called, in the order in which they are looked for.
    static let accountFileNames = ["accounts.yaml", "accounts.yml"]

    /// Where the accounts of a folder of job files may lie.
    package static func accountFiles(in folder: String) -> [String] { accountFileNames.map { "\(folder)/\($0)" } }

    /// The file with the accounts of a folder of job files; nil where there is none.
    package static func accountFile(in folder: String) -> String? {
        accountFiles(in: folder).first { FileManager.default.fileExists(atPath: $0) }
    }
}
