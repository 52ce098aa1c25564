import Foundation
import Jobs
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing

@testable import Snapshots

/// A row that stood exactly where two windows meet goes, and another comes late to the first of the two: a count over
/// the first one alone, under a server that counts both edges in, is as it was.
@Suite struct EdgeRowGoneTests {
    private func row(_ text: String, at instant: StorageInstant) -> ModelServer.Row {
        ModelServer.Row(at: instant, text: "{\"row\":\"\(text)\"}")
    }

    /// After how many hourly runs the row comes, the other goes, and an outage of longer than `recheck` follows; both
    /// before the outage, for nothing is promised of what comes later than `recheck`.
    static let orders = [0, 2, 3, 5].flatMap { late in
        [0, 2, 3, 5].flatMap { gone in
            [3, 6, 9].filter { max(late, gone) <= $0 }.map { (late, gone, $0) }
        }
    }

    @Test(arguments: Sampling.some(4, of: orders))
    func aLateRowIsFetchedThoughARowAtItsWindowsEndGoes(late: Int, gone: Int, outage: Int) async throws {
        var world = try RunWorld(seed: 1, convention: .closed)
        let start = try #require(StorageInstant(seconds: world.present.seconds / 3600 * 3600))
        world.rules.start = start
        let edge = start.advanced(by: 3600)
        world.server.state.withLock { server in
            server.rows = [
                row("a", at: start.advanced(by: 600)), row("edge", at: edge), row("b", at: edge.advanced(by: 900)),
            ]
        }
        world.happenings.pass(3 * 3600, rows: 0, world.server)
        await world.run()
        let server = world.server
        func come() {
            server.state.withLock { $0.rows.append(row("late", at: start.advanced(by: 1500))) }
        }
        func go() { server.state.withLock { $0.rows.removeAll { $0.at == edge } } }
        for hour in 0..<20 {
            if hour == late { come() }
            if hour == gone { go() }
            world.happenings.pass(hour == outage ? 60 * 3600 : 3600, rows: 0, world.server)
            let summary = await world.run()
            #expect(summary.failed.isEmpty, "\(summary.failed)")
        }
        let restored = try await world.restored()
        #expect(restored.sorted() == ["a", "b", "edge", "late"].map { "{\"row\":\"\($0)\"}" })
    }
}
