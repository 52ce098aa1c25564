import Foundation
import OctoparseAPI
import Snapshots
import StorageTime

/// What a visit to an account's server brought back.
struct AccountFacts: Sendable {
    /// Rows by storage time, around what is now by the account's zone.
    struct RecentRows: Sendable, Hashable {
        /// From ten minutes from now on.
        var future: Int
        /// Within the last hour.
        var lastHour: Int
        /// Within the day before that hour.
        var dayBefore: Int
    }

    /// The account's name in the files.
    var name: String
    var host: String
    var clock: StorageClock
    /// Whether the account's API tells when rows were stored.
    var tellsStorageTime = true
    /// Whether the account has an API key instead of a user and a password.
    var usesKey = false
    /// Why no token was got, or no answer.
    var problem: Problem?
    /// The account's groups; nil where they could not be listed.
    var groups: [TaskGroup]?
    /// The task by which time was looked at.
    var task: String?
    /// Why that task could not be asked for.
    var taskProblem: Problem?
    /// What the server's clock said …
    var serverDate: Date?
    /// … when ours said this.
    var ourDate: Date?
    var recent: RecentRows?
    /// The vendor's own counts of tasks' rows, beside what is here.
    var volumes: [Volumes] = []

    /// What was found of one task.
    struct Volumes: Sendable {
        var task: String
        /// Nil where the account may not ask for it.
        var counts: DayVolumes?
        /// Why not.
        var problem: Problem?
    }
}
