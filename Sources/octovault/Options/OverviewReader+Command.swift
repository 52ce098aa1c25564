import Foundation
import Jobs
import Operations
import StorageTime
import Vault

extension OverviewReader {
    /// The reader of a command that runs no jobs: the job files of `--jobs PATH` or, without it, of the folder `jobs`.
    ///
    /// - Throws: ``Problem`` with status `badConfiguration`, told already, where those asked for are wrong.
    convenience init(_ vault: SnapshotVault, jobs path: String?, output: OutputOptions) throws {
        let set = try Self.jobs(path, output)
        let zone = ProcessInfo.processInfo.environment["OCTOPARSE_TIME_ZONE"]
        self.init(vault: vault, clock: try StorageClock(zoneNamed: zone)) { set }
    }

    private static func jobs(_ path: String?, _ output: OutputOptions) throws -> JobSet? {
        if let path { return try JobSet.read(path) }
        guard FileManager.default.fileExists(atPath: "jobs") else { return nil }
        do throws(JobFilesError) {
            return try JobSet.load(path: "jobs", environment: ProcessInfo.processInfo.environment)
        } catch {
            output.say("the job files in jobs are passed over: something is wrong with them (octovault jobs check)")
            return nil
        }
    }
}
