import Archive
import Foundation
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// Increments under everything that can go wrong with cursors, counts, rows and the disk.
@Suite(.timeLimit(.minutes(60))) struct IncrementFaultTests {
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
    @Test(arguments: Sampling.pairs(fates, Rows.allCases))
    func oneRequestThatGoesWrongCostsNoRowAndDoublesNone(fate: CursorServer.Fate, rows: Rows) async throws {
        for bad in Sampling.some(2, of: 1...9, draw: UInt64(rows.rawValue.utf8.count)) {
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
    @Test(
        arguments: Sampling.quick(2, of: [CursorServer.Fate.standsStill, .goesBack, .empty, .short, .restTooLarge]),
        Rows.allCases)
    func aServerThatAlwaysErrsIsToldAndNothingIsDoubled(fate: CursorServer.Fate, rows: Rows) async throws {
        let server = CursorServer(rows.make(30, from: 0)) { number, _ in number > 2 ? fate : .answered }
        let fixture = try IncrementFixture(server)
        let outcome = try await fixture.run()
        #expect(outcome.result == .failed, "\(outcome)")
        let present = counted(server.present)
        for (row, count) in try fixture.rows() { #expect(count <= present[row, default: 0]) }
    }

    /// Histories are played by the seeds of a range such as `1-2000` where `OCTOVAULT_INCREMENT_SEEDS` gives one.
    static let seeds: [UInt64] = {
        let usual = "1-\(Sampling.number(6, of: 60))"
        let text = ProcessInfo.processInfo.environment["OCTOVAULT_INCREMENT_SEEDS"] ?? usual
        let bounds = text.split(separator: "-").compactMap { UInt64($0) }
        guard let first = bounds.first, let last = bounds.last, first <= last else { return [] }
        return Array(first...last)
    }()

    /// Rows come, go, come late, the task is emptied and filled again, between the runs and between any two requests,
    /// cursors err: what was ever stored stays once.
    @Test(arguments: seeds) func anyHistoryEndsWhole(seed: UInt64) async throws {
        var dice = SeededGenerator(seed: seed)
        let isInclusive = Bool.random(using: &dice)
        let rows = Rows.allCases.filter { $0 != .wide }.randomElement(using: &dice) ?? .numbered
        let fateSeed = UInt64.random(in: 0...1 << 40, using: &dice)
        let movesMeanwhile = Int.random(in: 0..<3, using: &dice) == 0
        let next = Mutex(12)
        let make: @Sendable (Int) -> [String] = { count in
            next.withLock { next in
                defer { next += count }
                return rows.make(count, from: next)
            }
        }
        let server = CursorServer(rows.make(12, from: 0), isInclusive: isInclusive) { number, state in
            var dice = SeededGenerator(seed: fateSeed &+ UInt64(number))
            if movesMeanwhile {
                switch Int.random(in: 0..<40, using: &dice) {
                case 0, 1: make(1).forEach { state.store($0) }
                case 2: state.rows.removeFirst(min(1, state.rows.count))
                case 3: make(1).forEach { state.store($0, before: Int.random(in: 0...40, using: &dice)) }
                default: break
                }
            }
            guard Int.random(in: 0..<12, using: &dice) == 0 else { return .answered }
            return Self.fates.randomElement(using: &dice) ?? .answered
        }
        let fixture = try IncrementFixture(server)
        var stored: [String: Int] = [:]
        for _ in 0..<14 {
            let count = Int.random(in: 0...9, using: &dice)
            let event = Int.random(in: 0..<10, using: &dice)
            let lost = Int.random(in: 0...5, using: &dice)
            let places = (0..<count).map { _ in Int.random(in: 0...40, using: &dice) }
            let new = make(count)
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
            for (row, count) in now {
                #expect(count <= ever[row, default: 0], "seed \(seed): \(row) is doubled")
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

    /// A cursor that errs for good, wherever in a run: the run reads the task from its first row on and is done.
    @Test(
        arguments: Sampling.pairs(
            [
                CursorServer.Fate.refused, .failed, .notFound, .standsStill, .goesBack, .startsOver, .empty, .short,
            ],
            Array(2...9)))
    func aCursorThatErrsAnywhereInARunIsMadeUpForInTheSameRun(fate: CursorServer.Fate, bad: Int) async throws {
        for firstRows in [30, 45] {
            let server = CursorServer(numbered(0..<firstRows)) { number, _ in
                number == bad || number == bad + 1 ? fate : .answered
            }
            let fixture = try IncrementFixture(server)
            for round in 0..<4 {
                let outcome = try await fixture.run()
                #expect(outcome.error == nil, "\(firstRows) rows, run \(round): \(String(describing: outcome.error))")
                #expect(try fixture.rows() == counted(server.present), "\(firstRows) rows, run \(round)")
                try fixture.expectWhole("\(firstRows) rows, run \(round)")
                let next = firstRows + 3 * round
                server.change { state in for row in numbered(next..<next + 3) { state.store(row) } }
            }
        }
    }

    /// A server that takes no cursor but the first: what came before is stored, the error names the cursor, and runs
    /// that are no better store nothing more.
    @Test(arguments: Sampling.quick(2, of: [CursorServer.Fate.refused, .failed, .notFound, .standsStill, .goesBack]))
    func aServerWithoutAnyCursorIsToldAfterWhatItGave(fate: CursorServer.Fate) async throws {
        let server = CursorServer(numbered(0..<30)) { number, state in
            state.isAtStart ? .answered : fate
        }
        let fixture = try IncrementFixture(server)
        for round in 0..<3 {
            let outcome = try await fixture.run()
            let error = try #require(outcome.error as? SnapshotError)
            #expect(error.code == .cursorUnusable && error.isTransient)
            #expect(error.message.contains("behind 931"), "\(error.message)")
            #expect(try fixture.rows() == counted(numbered(0..<7)), "run \(round)")
        }
        #expect(try fixture.manifests().map(\.state) == [.sealed])
        #expect(try fixture.manifests().last?.range?.restTotal == 23)
        // Once it takes them, the next run is whole.
        let sound = CursorServer()
        let last = server.state.withLock { $0 }
        sound.change { $0 = last }
        let rest = try IncrementFixture(sound, in: fixture)
        #expect(try await rest.run().error == nil)
        #expect(try rest.rows() == counted(numbered(0..<30)))
        try rest.expectWhole()
    }

    /// Rows that came before the cursor hide, in the counts, as many rows that come again; an answer that is short
    /// hides them as well.
    @Test(arguments: Sampling.quick(1, of: 1...3), [false, true])
    func rowsThatComeAgainAreFoundWhereTheCountsHideThem(late: Int, isShort: Bool) async throws {
        for walked in [false, true] {
            let server = CursorServer(numbered(0..<16)) { _, state in state.fateOfCursors }
            let fixture = try IncrementFixture(server)
            _ = try await fixture.run()
            server.change { state in
                if walked { state.store(#"{"w":"1"}"#, before: 2) }
            }
            // A walk leaves an increment whose last row is not the one before the cursor.
            if walked { _ = try await fixture.run() }
            server.change { state in
                for row in 0..<(isShort ? late - 1 : late) { state.store(#"{"late":"\#(row)"}"#, before: 3) }
                for row in numbered(16..<20) { state.store(row) }
                // From now on cursors lie so many rows back.
                state.goesBackBy = late
                state.fateOfCursors = isShort ? .short : .answered
            }
            _ = try await fixture.run()
            for (row, count) in try fixture.rows() { #expect(count == 1, "\(row), walked: \(walked)") }
            server.change { state in (state.goesBackBy, state.fateOfCursors) = (0, .answered) }
            _ = try await fixture.run()
            #expect(try fixture.rows() == counted(server.present), "walked: \(walked)")
            try fixture.expectWhole("walked: \(walked)")
        }
    }

    /// What tells rows that are alike from rows that come again costs a few requests, and no walk.
    @Test func rowsLikeTheLastOnesCostAFewRequests() async throws {
        let server = CursorServer(Array(repeating: "{}", count: 70))
        let fixture = try IncrementFixture(server)
        let first = try await fixture.run()
        #expect(first.rows == 70 && first.requests <= 16, "\(first.requests)")
        server.change { state in for _ in 0..<3 { state.store("{}") } }
        let next = try await fixture.run()
        #expect(next.rows == 3 && next.requests <= 6, "\(next.requests)")
        // The cloud loses rows meanwhile.
        server.change { state in
            state.rows.removeFirst(20)
            for row in numbered(0..<3) { state.store(row) }
        }
        let last = try await fixture.run()
        #expect(last.rows == 3 && last.kept == 20 && last.requests <= 6, "\(last.requests)")
        try fixture.expectWhole()
    }

    /// Each step on the disk fails in turn: the next run makes up for it.
    @Test(arguments: FaultyFiles.Fault.played) func aFailureAtAnyStepOnTheDiskCostsNoRow(fault: FaultyFiles.Fault)
        async throws
    {
        let stride = Sampling.stride(5)
        var step = fault.firstStep(stride)
        while step < 200 {
            let server = CursorServer(numbered(0..<20))
            let fixture = try IncrementFixture(server, disk: CoarseTimeFiles())
            _ = try await fixture.run()
            server.change { state in
                for row in numbered(20..<25) { state.store(row) }
                state.store(#"{"late":"1"}"#, before: 3)
            }
            let opening = FaultyFiles(CoarseTimeFiles(), failing: nil)
            _ = try SnapshotVault.open(
                at: fixture.vault.root, access: .existing, configuration: VaultConfiguration(files: opening))
            let failing = opening.steps + step
            let disk = FaultyFiles(CoarseTimeFiles(), failing: failing, fault: fault)
            let vault = try SnapshotVault.open(
                at: fixture.vault.root, access: .existing, configuration: VaultConfiguration(files: disk))
            _ = try await fixture.run(vault: vault)
            let didFail = disk.steps > failing
            let outcome = try await fixture.run()
            #expect(outcome.result != .failed, "step \(step): \(String(describing: outcome.error))")
            #expect(try fixture.rows() == counted(server.present), "step \(step)")
            try fixture.expectWhole("step \(step)")
            if !didFail { break }
            step += stride
        }
        #expect(step > 10)
    }
}
