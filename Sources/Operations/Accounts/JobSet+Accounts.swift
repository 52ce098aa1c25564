import Foundation
package import Jobs
package import StorageTime

extension JobSet {
    /// Makes sure that each job's account has all it needs.
    package func requireAccounts() throws(JobFilesError) {
        for job in jobs { _ = try account(of: job) }
    }

    /// What storage time it is on the server of a job's account. An account that lacks its credentials still has a
    /// zone.
    package func clock(of job: Job) -> StorageClock {
        if let account = try? account(of: job) { return account.storageClock }
        let zone = ProcessInfo.processInfo.environment["OCTOPARSE_TIME_ZONE"]
        return (try? StorageClock(zoneNamed: zone)) ?? StorageClock(timeZone: nil)
    }
}
