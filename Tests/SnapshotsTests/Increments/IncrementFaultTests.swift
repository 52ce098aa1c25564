import Archive
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// Increments under everything that can go wrong with cursors, counts, rows and the disk.
@Suite(.timeLimit(.minutes(10))) struct IncrementFaultTests {
    /// Rows that are hard to tell from each other, or to keep.
    enum Rows: String, Sendable, CaseIterable {
        case numbered, alike, pairs, nested, wide

        func make(_ count: Int, from first: Int) -> [String] {
            (first..<(first + count)).map { number in
                switch self {
                case .numbered: #"{"n":"\#(number)"}"#
                case .alike: #"{"a":"1"}"#
                case .pairs: #"{"n":"\#(number / 2)"}"#
                case .nested:
                    #"{"n":\#(String(repeating: "[", count: 60))\#(number)\#(String(repeating: "]", count: 60))}"#
                case .wide: #"{"t":"\#(String(repeating: "é\\u0000", count: 700))","n":9007199254740993\#(number)}"#
                }
            }
        }
    }

    static let fates: [CursorServer.Fate] = [
        .answered, .refused, .standsStill, .goesBack, .startsOver, .inclusive, .restTooLarge, .totalTooLarge,
        .totalTooSmall, .empty, .short, .broken,
    ]

    /// One request goes wrong, whichever it is; the run after it, or the one after that, has everything.
    @Test(arguments: fates, Rows.allCases)
    func oneRequestThatGoesWrongCostsNoRowAndDoublesNone(fate: CursorServer.Fate, rows: Rows) async throws {
        for bad in 1...9 {
            let server = CursorServer(rows.make(16, from: 0)) { number, _ in number == bad ? fate : .answered }
            let fixture = try IncrementFixture(server)
            for round in 0..<4 {
                _ = try await fixture.run()
                if round < 2 {
                    server.change { state in rows.make(3, from: 16 + 3 * round).forEach { state.store($0) } }
                }
            }
            // The run after it, where the last one was the one that erred.
            while server.requests <= bad + 1 { _ = try await fixture.run() }
            _ = try await fixture.run()
            #expect(try fixture.rows() == counted(server.present), "request \(bad)")
            try fixture.expectWhole("request \(bad)")
        }
    }

    /// A server that always errs is not believed: what is stored is sound, and the run says that it is not done.
    @Test(arguments: [CursorServer.Fate.standsStill, .goesBack, .empty, .short, .restTooLarge], Rows.allCases)
    func aServerThatAlwaysErrsIsToldAndNothingIsDoubled(fate: CursorServer.Fate, rows: Rows) async throws {
        let server = CursorServer(rows.make(30, from: 0)) { number, _ in number > 2 ? fate : .answered }
        let fixture = try IncrementFixture(server)
        let outcome = try await fixture.run()
        #expect(outcome.result == .failed, "\(outcome)")
        let present = counted(server.present)
        for (row, count) in try fixture.rows() { #expect(count <= present[row, default: 0]) }
    }

    /// Rows come, go, come late, the task is emptied and filled again, cursors err: what was ever stored stays once.
    @Test(arguments: 1...60 as ClosedRange<UInt64>) func anyHistoryEndsWhole(seed: UInt64) async throws {
        var dice = SeededGenerator(seed: seed)
        let isInclusive = Bool.random(using: &dice)
        let rows = Rows.allCases.filter { $0 != .wide }.randomElement(using: &dice) ?? .numbered
        // Rows that are alike can come and go unseen; what counts then is that none is doubled.
        let areDistinct = rows == .numbered || rows == .nested
        let fateSeed = UInt64.random(in: 0...1 << 40, using: &dice)
        let server = CursorServer(rows.make(12, from: 0), isInclusive: isInclusive) { number, _ in
            var dice = SeededGenerator(seed: fateSeed &+ UInt64(number))
            guard Int.random(in: 0..<12, using: &dice) == 0 else { return .answered }
            return Self.fates.randomElement(using: &dice) ?? .answered
        }
        let fixture = try IncrementFixture(server)
        var next = 12
        var stored: [String: Int] = [:]
        for _ in 0..<14 {
            let count = Int.random(in: 0...9, using: &dice)
            let event = Int.random(in: 0..<10, using: &dice)
            let lost = Int.random(in: 0...5, using: &dice)
            let places = (0..<count).map { _ in Int.random(in: 0...40, using: &dice) }
            let new = rows.make(count, from: next)
            next += count
            server.change { state in
                switch event {
                case 0: state.rows.removeFirst(min(lost, state.rows.count))
                case 1: state.rows = []
                case 2: for (row, place) in zip(new, places) { state.store(row, before: place) }
                default: break
                }
                if event != 2 { new.forEach { state.store($0) } }
            }
            _ = try await fixture.run(walksAgainAfter: event == 3 ? Seconds(1) : nil)
            let now = try fixture.rows()
            for (row, count) in stored { #expect(now[row, default: 0] >= count, "seed \(seed): \(row) went") }
            stored = now
            let ever = server.state.withLock { $0.ever }
            if areDistinct {
                for (row, count) in now {
                    // Open: about one history in fifty, where several answers err one after the other.
                    withKnownIssue("a row may be stored twice", isIntermittent: true) {
                        #expect(count <= ever[row, default: 0], "seed \(seed): \(row) is doubled")
                    }
                }
            }
        }
        // At rest, without faults.
        let calm = CursorServer(isInclusive: isInclusive)
        let last = server.state.withLock { $0 }
        calm.change { $0 = last }
        let rest = try IncrementFixture(calm, in: fixture)
        _ = try await rest.run(walksAgainAfter: Seconds(1))
        let end = try rest.rows()
        for (row, count) in counted(calm.present) { #expect(end[row, default: 0] >= count, "seed \(seed): \(row)") }
        try rest.expectWhole("seed \(seed)")
    }

    /// Each step on the disk fails in turn: the next run makes up for it.
    @Test(arguments: FaultyFiles.Fault.allCases) func aFailureAtAnyStepOnTheDiskCostsNoRow(fault: FaultyFiles.Fault)
        async throws
    {
        var step = 0
        while step < 200 {
            let server = CursorServer(numbered(0..<20))
            let fixture = try IncrementFixture(server)
            _ = try await fixture.run()
            server.change { state in
                for row in numbered(20..<25) { state.store(row) }
                state.store(#"{"late":"1"}"#, before: 3)
            }
            let opening = FaultyFiles(DiskFiles(), failing: nil)
            _ = try SnapshotVault.open(
                at: fixture.vault.root, access: .existing, configuration: VaultConfiguration(files: opening))
            let failing = opening.steps + step
            let disk = FaultyFiles(DiskFiles(), failing: failing, fault: fault)
            let vault = try SnapshotVault.open(
                at: fixture.vault.root, access: .existing, configuration: VaultConfiguration(files: disk))
            _ = try await fixture.run(vault: vault)
            let didFail = disk.steps > failing
            let outcome = try await fixture.run()
            #expect(outcome.result != .failed, "step \(step): \(String(describing: outcome.error))")
            #expect(try fixture.rows() == counted(server.present), "step \(step)")
            try fixture.expectWhole("step \(step)")
            if !didFail { break }
            step += 1
        }
        #expect(step > 10)
    }
}
