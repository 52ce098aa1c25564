import Catalog
import Foundation
import Jobs
import Operations
import Vault

extension TaskJobs {
    /// The jobs of a command's `--jobs PATH` or, without it, of the folder `jobs`.
    ///
    /// - Returns: nil where there are no job files, or where nobody asked for them and they are wrong.
    /// - Throws: ``Problem`` with status `badConfiguration`, told already, where those asked for are wrong.
    static func read(_ path: String?, vault: SnapshotVault, output: OutputOptions) throws -> TaskJobs? {
        let set: JobSet
        if let path {
            set = try JobSet.read(path)
        } else {
            guard FileManager.default.fileExists(atPath: "jobs") else { return nil }
            do throws(JobFilesError) {
                set = try JobSet.load(path: "jobs", environment: ProcessInfo.processInfo.environment)
            } catch {
                output.say("the job files in jobs are passed over: something is wrong with them (octovault jobs check)")
                return nil
            }
        }
        let catalog = vault.catalog
        return try TaskJobs(set) { job in
            try catalog.members(of: job.name).filter { $0.goneAt == nil }.map(\.task)
        }
    }
}
