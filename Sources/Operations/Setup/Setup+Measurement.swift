import Foundation
package import Jobs
import OctoparseAPI
import Records
import Snapshots
package import StorageTime

extension Setup {
    /// What the server told of itself and of the tasks chosen.
    package struct Measurement: Sendable, Hashable {
        /// The interval convention, as the account's file has it; nil where none is wanted.
        package var interval: String?
        package var timeZone: String?
        /// Of the busiest task, over the last thirty days.
        package var rowsPerDay = 0.0
        /// Of all tasks, over the last thirty days.
        package var rows = 0
        /// Rows of all tasks that are older, and the day on which the oldest was stored.
        package var olderRows = 0
        package var oldestDay: StorageInstant?
        package var requests = 0
    }

    /// Asks the server how it counts and what time it has there, on the task with the newest rows, how many rows each
    /// task stored of late, and where older ones begin: about thirty requests, two a task, and fourteen where there are
    /// older rows. An account whose API knows no storage time is asked nothing.
    ///
    /// - Parameter progress: called with a sentence before each step.
    package func measure(_ tasks: [ListedTask], progress: @escaping @Sendable (String) -> Void) async throws
        -> Measurement
    {
        guard account.dialect == .dataExport else { return Measurement() }
        return try await connected { client in
            var found = Measurement()
            let now = account.storageClock.storageTime(at: Date())
            var busiest: (task: String, rows: Int)?
            for task in tasks {
                progress("counting the rows of \(task.name.isEmpty ? task.id : task.name)")
                let recent = try await count(task, monthAgo, now.advanced(by: 86_400), client, &found)
                found.rows.add(held: recent)
                if recent > busiest?.rows ?? -1 { busiest = (task.id, recent) }
                if request.start == nil, formerJob?.start == nil { try await lookBack(task, client, &found) }
            }
            found.rowsPerDay = Double(busiest?.rows ?? 0) * 86_400 / Double(Self.lookBack)
            guard request.probes, let busiest, busiest.rows > 0 else { return found }
            progress("measuring how the server counts intervals and what time it has")
            let observations = try await Probe(pages: client).run(.init(task: busiest.task))
            let findings = ProbeFindings(observations)
            found.requests += observations.requests
            found.interval = findings.intervalLine.map { String($0.dropFirst("interval: ".count)) }
            found.timeZone = findings.timeZoneLine.map { String($0.dropFirst("time_zone: ".count)) }
            return found
        }
    }

    /// The day thirty days ago, in storage time.
    var monthAgo: StorageInstant {
        account.storageClock.storageTime(at: Date()).advanced(by: -Self.lookBack).startOfDay
    }

    /// Thirty days, in seconds.
    private static let lookBack = 30 * 86_400
    private static let day = 86_400

    private func count(
        _ task: ListedTask, _ from: StorageInstant, _ to: StorageInstant, _ client: OctoparseClient,
        _ found: inout Measurement
    ) async throws -> Int {
        let page = try await client.page(.storageTime(task: task.id, from: from, to: to), index: 1, size: 1)
        found.requests += page.attempts
        return page.total
    }

    /// Finds the day of a task's first row, where that is older than a month and than what was found before.
    private func lookBack(
        _ task: ListedTask, _ client: OctoparseClient, _ found: inout Measurement
    ) async throws {
        guard let epoch = StorageInstant(year: 1990, month: 1, day: 1) else { return }
        let older = try await count(task, epoch, monthAgo.advanced(by: -1), client, &found)
        found.olderRows.add(held: older)
        guard older > 0 else { return }
        var (none, some) = (epoch, found.oldestDay ?? monthAgo)
        if found.oldestDay != nil {
            guard try await count(task, epoch, some.advanced(by: -1), client, &found) > 0 else { return }
        }
        // Between midnights: nothing was stored before the one, and something before the other.
        while some.seconds(since: none) > Self.day {
            let middle = none.advanced(by: some.seconds(since: none) / 2).startOfDay
            let before = try await count(task, epoch, middle.advanced(by: -1), client, &found)
            if before > 0 { some = middle } else { none = middle }
        }
        found.oldestDay = none
    }
}
