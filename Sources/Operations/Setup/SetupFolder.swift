import Foundation
import Jobs

/// The folder of job files that `octovault init` writes: all of its files or none.
struct SetupFolder: Sendable {
    private let request: SetupRequest

    init(_ request: SetupRequest) {
        self.request = request
    }

    /// The file of the password or the key, beside the file of accounts, which names it.
    var secretName: String { "\(request.account).\(request.apiKey == nil ? "password" : "key")" }
    var secretFile: String { "\(request.jobsFolder)/\(secretName)" }
    var jobFile: String { "\(request.jobsFolder)/\(request.job).yaml" }
    var accountsFile: String {
        JobSet.accountFile(in: request.jobsFolder) ?? "\(request.jobsFolder)/accounts.yaml"
    }

    /// The file of accounts as it is; empty where there is none.
    func existingAccounts() throws -> String {
        guard FileManager.default.fileExists(atPath: accountsFile) else { return "" }
        do {
            return try String(contentsOfFile: accountsFile, encoding: .utf8)
        } catch {
            throw Problem(
                .badConfiguration, code: "cannot-read", "\(accountsFile) cannot be read", hint: "look at its mode")
        }
    }

    /// Writes the files into a new folder beside, reads them as the program will, and only then puts each in its place.
    /// A job or accounts file that was there is kept with `.old` behind its name.
    func write(_ files: SetupFiles, secret: String) throws {
        let manager = FileManager.default
        let draft = "\(request.jobsFolder)/.init-\(UUID().uuidString)"
        defer { try? manager.removeItem(atPath: draft) }
        do {
            try manager.createDirectory(atPath: draft, withIntermediateDirectories: true)
            try writeSecret(secret + "\n", "\(draft)/\(secretName)")
            try Data(files.accounts.utf8).write(to: URL(fileURLWithPath: "\(draft)/accounts.yaml"))
            try Data(files.job.utf8).write(to: URL(fileURLWithPath: "\(draft)/\(request.job).yaml"))
        } catch let error as Problem {
            throw error
        } catch {
            throw Problem(
                .cannotWrite, code: "cannot-write",
                "\(request.jobsFolder) cannot be written: \(error.localizedDescription)",
                hint: "name a folder of your own: octovault init DIR")
        }
        try JobSet.load(path: "\(draft)/\(request.job).yaml", environment: ProcessInfo.processInfo.environment)
            .requireAccounts()
        try replace(secretFile, with: "\(draft)/\(secretName)", keepsOld: false)
        try replace(accountsFile, with: "\(draft)/accounts.yaml", keepsOld: true)
        try replace(jobFile, with: "\(draft)/\(request.job).yaml", keepsOld: true)
    }

    private func replace(_ path: String, with draft: String, keepsOld: Bool) throws {
        if keepsOld, let old = FileManager.default.contents(atPath: path),
            old != FileManager.default.contents(atPath: draft)
        {
            try? FileManager.default.removeItem(atPath: "\(path).old")
            link(path, "\(path).old")
        }
        guard rename(draft, path) == 0 else {
            throw Problem(
                .cannotWrite, code: "cannot-write", "\(path) cannot be written: \(String(cString: strerror(errno)))",
                hint: "look at the folder's mode, and at the room on the disk")
        }
    }

    /// Readable by its owner alone from the first byte.
    private func writeSecret(_ text: String, _ path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        let bytes = Array(text.utf8)
        let isWritten =
            file >= 0 && bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) } == bytes.count
        if file >= 0 { close(file) }
        guard isWritten else {
            throw Problem(
                .cannotWrite, code: "cannot-write", "\(path) cannot be written: \(String(cString: strerror(errno)))",
                hint: "look at the folder's mode, and at the room on the disk")
        }
    }
}
