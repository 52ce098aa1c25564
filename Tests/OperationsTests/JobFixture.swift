import Foundation
import Jobs
import TestSupport

/// Job files in a folder of their own, read.
struct JobFixture {
    let folder: TemporaryFolder
    let set: JobSet

    static let accounts = """
        default: {base_url: "http://127.0.0.1:9", username: u, password_env: PASSWORD, time_zone: UTC}
        berlin: {base_url: "http://127.0.0.1:10", username: u, password_env: PASSWORD, time_zone: Europe/Berlin}

        """

    /// - Parameter files: by name without ending.
    init(_ files: [String: String], accounts: String? = JobFixture.accounts) throws {
        folder = try TemporaryFolder()
        for (name, text) in files {
            try text.write(toFile: "\(folder.path)/\(name).yaml", atomically: true, encoding: .utf8)
        }
        try accounts?.write(toFile: "\(folder.path)/accounts.yaml", atomically: true, encoding: .utf8)
        set = try JobSet.load(path: folder.path, environment: [:])
    }

    /// The job of that name.
    subscript(name: String) -> Job? { self.set.jobs.first { $0.name == name } }
}
