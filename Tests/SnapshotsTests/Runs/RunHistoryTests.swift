import Catalog
import Foundation
import Jobs
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// Random histories: rows that come late and expire between any two requests, answers that fail, runs that are stopped,
/// outages, clocks that jump, and a zone that was set wrong and then right.
@Suite(.fewAtATime) struct RunHistoryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var seed: UInt64
        var convention: IntervalConvention
        var pageSize: Int
        var fetchesRows: Bool
        /// Whether days are compacted between the runs, as soon as they are past.
        var compacts = false

        var testDescription: String {
            "seed \(seed), \(convention), pages of \(pageSize)\(fetchesRows ? ", rows fetched" : "")"
                + (compacts ? ", compacted" : "")
        }
    }

    /// Every seed is played in every kind of history where `OCTOVAULT_HISTORY_SEEDS` gives a range such as `100-200`.
    static let chosenSeeds: ClosedRange<UInt64>? = {
        let text = ProcessInfo.processInfo.environment["OCTOVAULT_HISTORY_SEEDS"] ?? ""
        let bounds = text.split(separator: "-").compactMap { UInt64($0) }
        guard let first = bounds.first, let last = bounds.last, first <= last else { return nil }
        return first...last
    }()

    static let seeds: [UInt64] = chosenSeeds.map(Array.init) ?? [136, 137, 138]

    /// The seeds for the kind of history at a place in the list of kinds: one of three in turn, or all that were
    /// chosen.
    static func seeds(at place: Int) -> [UInt64] {
        chosenSeeds == nil ? [seeds[place % seeds.count]] : seeds
    }

    static let conventions: [IntervalConvention] = [.closed, .halfOpen, .leftOpen]

    static let cases: [Case] = conventions.flatMap { convention in
        [3, 1000].flatMap { pageSize in [true, false].map { (convention, pageSize, $0) } }
    }.enumerated().flatMap { place, kind in
        seeds(at: place).map { Case(seed: $0, convention: kind.0, pageSize: kind.1, fetchesRows: kind.2) }
    }

    static let compactedCases: [Case] = conventions.enumerated().flatMap { place, convention in
        seeds(at: place).map {
            Case(seed: $0, convention: convention, pageSize: 1000, fetchesRows: true, compacts: true)
        }
    }

    @Test(arguments: Sampling.some(1, of: compactedCases, unless: chosenSeeds != nil))
    func compactingBetweenTheRunsChangesNothingOfThat(_ history: Case) async throws {
        try await Self.play(history)
    }

    @Test(arguments: Sampling.some(1, of: cases, unless: chosenSeeds != nil))
    func afterQuietRechecksEverySecondIsCoveredOnceAndNoSealedRowIsLostOrDoubled(_ history: Case) async throws {
        try await Self.play(history)
    }

    private static func play(_ history: Case) async throws {
        var world = try RunWorld(seed: history.seed, convention: history.convention)
        world.rules.pageSize = history.pageSize
        // A second with more rows than a page cannot be proven while its rows change places.
        world.server.state.withLock { $0.shufflesTies = history.pageSize > 3 }
        world.rules.recheckRows = history.fetchesRows
        let start = world.present.advanced(by: -2 * 3600)
        world.rules.start = StorageInstant(seconds: start.seconds / 3600 * 3600)
        var dice = SeededGenerator(seed: history.seed &* 977)
        var sealed: [String: [String]] = [:]
        for step in 0..<Sampling.quick(3, else: 14) {
            let hours = Int.random(in: 0..<8, using: &dice) == 0 ? 40 : Int.random(in: 1...3, using: &dice)
            world.happenings.pass(hours * 3600 + Int.random(in: 0..<3600, using: &dice), rows: hours * 4, world.server)
            world.happenings.state.withLock { state in
                state.lateRate = 0.08
                state.expiryRate = 0.05
                state.failureRate = step % 3 == 2 ? 0.05 : 0
                state.skew = step % 4 == 3 ? [-26.0, -2, 2, 26].randomElement(using: &dice).map { $0 * 3600 } ?? 0 : 0
                state.goesOn = step % 5 == 4 ? Int.random(in: 1...20, using: &dice) : .max
            }
            let zone = step < 5 ? [3, 11, -5][Int(history.seed % 3)] : 3
            await world.run(zone: zone)
            if history.compacts { try await world.compact() }
            let rows = try world.archivedRows()
            compare(rows, sealed, expired: world.happenings.state.withLock { $0.expired }, "step \(step)")
            sealed = rows
        }
        world.happenings.state.withLock { state in
            (state.lateRate, state.expiryRate, state.failureRate, state.skew) = (0, 0, 0, 0)
            state.goesOn = .max
        }
        for _ in 0..<9 {
            world.happenings.pass(8 * 3600, rows: 0, world.server)
            let summary = await world.run()
            #expect(summary.failed.isEmpty, "\(summary.failed)")
            #expect(!summary.isCutShort)
            if history.compacts { try await world.compact() }
        }
        try await check(world, history, sealed)
    }

    private static func check(_ world: RunWorld, _ history: Case, _ sealed: [String: [String]]) async throws {
        let coverage = try await world.coverage()
        let start = try #require(world.rules.start)
        let end = try #require(StorageInstant(seconds: coverage.openFrom.seconds / 3600 * 3600))
        #expect(coverage.gaps(in: try Window(from: start, to: end)).isEmpty)
        #expect(coverage.premature.isEmpty && coverage.damaged.isEmpty)
        #expect(coverage.windows.reduce(0) { $0 + $1.window.seconds } == coverage.covered.seconds)

        let archived = try world.archivedRows()
        compare(archived, sealed, expired: [], "in the end")
        guard history.fetchesRows else { return }
        let live = world.server.state.withLock { $0.rows }.filter { start < $0.at && $0.at < end }
        #expect(!live.isEmpty)
        for (row, count) in Dictionary(live.map { ($0.text, 1) }, uniquingKeysWith: +) {
            #expect(archived[row, default: []].count >= count, "\(row) is at the server, and not in the vault")
        }
    }

    /// No row that was sealed is gone, and none is there twice. Twins cannot be told apart, so they are only counted.
    ///
    /// - Parameter expired: the rows that expired while the last run read. One stored in the very second of an edge may
    ///   be in both windows: it was in both answers, and gone when the second was asked for.
    private static func compare(
        _ rows: [String: [String]], _ sealed: [String: [String]], expired: Set<String>, _ moment: String
    ) {
        for (row, archives) in sealed {
            #expect(rows[row, default: []].count >= archives.count, "\(moment): \(row) was in \(archives)")
        }
        for (row, archives) in rows where !row.contains("same") {
            let most = max(expired.contains(row) ? 2 : 1, sealed[row, default: []].count)
            #expect(archives.count <= most, "\(moment): \(row) is in \(archives)")
        }
    }
}
