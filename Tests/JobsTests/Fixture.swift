import Foundation

@testable import Jobs

/// Files that the tests read, found from this file's own place.
enum Fixture {
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static func path(_ name: String) -> String { "\(repository)/Tests/Fixtures/\(name)" }

    static func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// What is wrong with a job file of this text; empty where it is right.
    static func problems(_ yaml: String, name: String = "weather") -> [JobProblem] {
        let log = ProblemLog(file: "jobs/\(name).yaml")
        _ = JobFileReader.read(name: name, text: SourceText(Array(yaml.utf8)), log: log)
        return log.problems
    }

    /// The job that a file of this text describes.
    static func job(_ yaml: String, name: String = "weather") throws -> Job {
        let log = ProblemLog(file: "jobs/\(name).yaml")
        let placed = JobFileReader.read(name: name, text: SourceText(Array(yaml.utf8)), log: log)
        guard let placed else { throw JobFilesError(problems: log.problems) }
        return placed.job
    }

    /// What is wrong with an account file of this text; empty where it is right.
    static func accountProblems(_ yaml: String) -> [JobProblem] {
        let log = ProblemLog(file: "jobs/accounts.yaml")
        _ = AccountsFileReader.read(SourceText(Array(yaml.utf8)), folder: "jobs", home: nil, log: log)
        return log.problems
    }

    /// A fresh folder, removed once `body` is done.
    static func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("jobs-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    static func write(_ text: String, to path: String, permissions: Int = 0o600) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
    }
}
