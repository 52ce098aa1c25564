import Archive
import Catalog
import Foundation
import Jobs
import Records
import Restore
import RowJSON
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// Random histories, looked at through what `restore` writes: rows that come late and go in other windows, windows
/// emptied at once, archives of earlier revisions beside the newest, bits flipped in any of them, healing by hand or by
/// the next run, clocks that are set, outages after which one count encloses many windows, answers of a few rows, days
/// compacted.
@Suite(.fewAtATime) struct RestoredHistoryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var seed: UInt64
        var pageSize: Int
        var compacts: Bool

        var testDescription: String { "seed \(seed), pages of \(pageSize)\(compacts ? ", compacted" : "")" }
    }

    static let cases: [Case] = [(2, false), (1000, false), (2, true)].flatMap { pageSize, compacts in
        RunHistoryTests.seeds.map { Case(seed: $0, pageSize: pageSize, compacts: compacts) }
    }

    @Test(arguments: Sampling.some(1, of: cases, unless: RunHistoryTests.chosenSeeds != nil))
    func whatWasRestoredOnceIsRestoredAgainAndWhatCameLateIsFetched(_ history: Case) async throws {
        try await Self.play(history)
    }

    private static func play(_ history: Case) async throws {
        var world = try RunWorld(seed: history.seed, convention: .closed)
        world.rules.pageSize = history.pageSize
        world.server.state.withLock { $0.shufflesTies = false }
        var play = RestoredPlay(
            world: world, dice: SeededGenerator(seed: history.seed &* 31), compacts: history.compacts)
        try await play.begin()
        for step in 0..<Sampling.quick(3, else: 14) {
            try play.pass()
            try await play.flip()
            await play.world.run()
            try await play.check("step \(step)")
        }
        for _ in 0..<70 {
            play.world.happenings.pass(3600, rows: 0, play.world.server)
            let summary = await play.world.run()
            #expect(summary.failed.isEmpty, "\(summary.failed)")
        }
        let aside = play.filesAside
        play.world.happenings.pass(3600, rows: 0, play.world.server)
        await play.world.run()
        #expect(play.filesAside == aside, "nothing sound is moved aside again")
        try await play.check("in the end")
        try await play.checkEnd()
    }
}

/// A history under way: what it knows of every row.
struct RestoredPlay {
    var world: RunWorld
    var dice: SeededGenerator
    let compacts: Bool
    /// What was restored so far, each row with how often.
    private var restored: [String: Int] = [:]
    /// What windows lost or got since they were first taken, so that nothing cancels out within one.
    private var changes: [Window: Int] = [:]

    init(world: RunWorld, dice: SeededGenerator, compacts: Bool) {
        self.world = world
        self.dice = dice
        self.compacts = compacts
    }

    var filesAside: [String] { world.folder.allFiles().filter { $0.contains("lost+found") } }

    /// Two windows of which the newest revision took the place of one that shared no row with it, as vaults from before
    /// have.
    mutating func begin() async throws {
        world.happenings.pass(3600, rows: 0, world.server)
        let start = StorageInstant(seconds: (world.present.seconds - 5 * 3600) / 3600 * 3600) ?? .earliest
        world.rules.start = start
        let locked = try await world.vault.lock(world.task, wait: .polling())
        defer { locked.release() }
        for hour in 0..<2 {
            let window = try Window(from: start.advanced(by: hour * 3600), to: start.advanced(by: (hour + 1) * 3600))
            var old: [Manifest.Superseded] = []
            for names in [["a", "b"], ["c"], ["d", "e"]] {
                let rows = names.map { "{\"old\":\"\(hour)\($0)\"}" }
                let draft = try locked.beginDraft(at: locked.address(of: window))
                try draft.append(try EncoderPool(level: 1).encode(block(rows)))
                let date = world.happenings.state.withLock { $0.now }
                let manifest = Manifest(
                    tool: "test 1", state: .sealed, source: .storageTime, host: "h", task: world.task, window: window,
                    convention: .closed, proof: .oneAnswer, revision: draft.revision, capturedAt: date,
                    total: draft.rows, rows: draft.rows, columns: draft.columns, rowsDigest: draft.digest,
                    archive: try draft.finish(), superseded: old)
                try locked.publish(manifest, draft: draft, at: locked.address(of: window))
                old = manifest.superseded + [try #require(Manifest.Superseded(manifest))]
                for row in rows { restored[row] = 1 }
                guard names.contains("d") else { continue }
                world.server.state.withLock { server in
                    server.rows += rows.map { ModelServer.Row(at: window.from.advanced(by: 60), text: $0) }
                }
            }
        }
    }

    /// Lets time pass, now and then much of it, and rows come late and go.
    mutating func pass() throws {
        let hours = Int.random(in: 0..<6, using: &dice) == 0 ? Int.random(in: 50...60, using: &dice) : 1
        world.happenings.pass(hours * 3600, rows: hours + 1, world.server)
        // The vault's own clock goes along, stands still, or is set.
        switch Int.random(in: 0..<3, using: &dice) {
        case 0: break
        case 1: world.happenings.state.withLock { $0.vaultSkew -= Double(hours * 3600) }
        default:
            let skew = Double(Int.random(in: -60...60, using: &dice) * 3600)
            world.happenings.state.withLock { $0.vaultSkew = skew }
        }
        try moveRows()
    }

    private mutating func moveRows() throws {
        let present = world.present
        let recheck = world.rules.recheck.count
        var windows: [Window] = []
        var start = try #require(world.rules.start)
        while start.advanced(by: 3600) < present {
            windows.append(try Window(from: start, to: start.advanced(by: 3600)))
            start = start.advanced(by: 3600)
        }
        windows = try windows.filter { window in
            guard window.to.seconds > present.seconds - recheck + 3600 else { return false }
            return try isUnchanged(window)
        }
        for window in windows.shuffled(using: &dice).prefix(Int.random(in: 0...2, using: &dice)) {
            changes[window] = 1
            let at = window.from.advanced(by: Int.random(in: 1..<3599, using: &dice))
            world.server.state.withLock { server in
                world.happenings.state.withLock { $0.add(at: at, to: &server) }
            }
        }
        for window in try windows.filter({ try isUnchanged($0) }).shuffled(using: &dice).prefix(1) {
            let isEmptied = Bool.random(using: &dice)
            changes[window] = -1
            world.server.state.withLock { server in
                let there = server.rows.indices.filter { window.contains(server.rows[$0].at) }
                for index in (isEmptied ? there : Array(there.prefix(1))).reversed() { server.rows.remove(at: index) }
            }
        }
    }

    /// Whether nothing came to or went from a window of the vault's that an hour is in: a compacted day that was found
    /// damaged is one window from then on, and what comes and goes within one window no count can tell.
    private func isUnchanged(_ hour: Window) throws -> Bool {
        let known = try world.vault.catalog.windows(of: world.task.text, source: .storageTime, host: "h", in: hour)
        let bounds = known.map(\.window) + [hour]
        return !changes.keys.contains { changed in bounds.contains { $0.overlaps(changed) } }
    }

    /// Now and then, a bit of an archive's member is flipped; it is found by `verify`, and healed by it or by the next
    /// run.
    mutating func flip() async throws {
        guard Int.random(in: 0..<3, using: &dice) == 0 else { return }
        var archives: [(facts: ArchiveFacts, path: String)] = []
        try world.vault.forEachSnapshot { record in
            guard let manifest = try world.vault.manifest(at: record.path) else { return }
            let folder = PathText.parent(of: world.vault.layout.path(record.path))
            for facts in [manifest.archive].compactMap({ $0 }) + manifest.superseded.map(\.archive) {
                archives.append((facts, "\(folder)/\(facts.file)"))
            }
        }
        guard let (facts, path) = archives.randomElement(using: &dice),
            let member = facts.members.randomElement(using: &dice)
        else { return }
        var bytes = try DiskFiles().read(path, limit: 1 << 30)
        let reader = try ArchiveReader(path: path, facts: facts, files: DiskFiles())
        let index = try #require(facts.members.firstIndex(of: member))
        for row in lines(try reader.rows(inMember: index, MemberDecoder())) { restored[row, default: 1] -= 1 }
        bytes[member.offset + member.bytes / 2] ^= 1 << 3
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let report = try await world.vault.verify()
        #expect(!report.damaged.isEmpty)
        if Bool.random(using: &dice) { _ = try await world.vault.heal(HealPlan(report)) }
    }

    /// What a restore of all that is there writes.
    private func rows(_ world: RunWorld) async throws -> [String: Int] {
        Dictionary(try await world.restored().map { ($0, 1) }, uniquingKeysWith: +)
    }

    mutating func check(_ moment: String) async throws {
        if compacts { try await world.compact() }
        let now = try await rows(world)
        for (row, count) in restored where count > 0 {
            #expect(now[row, default: 0] >= count, "\(moment): \(row) was restored before")
        }
        for (row, count) in now where !row.contains("same") {
            #expect(count == 1, "\(moment): \(row) is there \(count) times")
        }
        restored = now
    }

    func checkEnd() async throws {
        let coverage = try await world.coverage()
        let start = try #require(world.rules.start)
        #expect(coverage.gaps(in: try Window(from: start, to: coverage.openFrom)).allSatisfy { $0.seconds < 3600 })
        #expect(coverage.damaged.isEmpty)
        #expect(try await world.vault.verify().damaged.isEmpty)
        #expect(try world.vault.catalog.damages().isEmpty, "what was taken again is not damaged any more")
        let live = world.server.state.withLock { $0.rows }.filter { start <= $0.at && $0.at < coverage.openFrom }
        #expect(!live.isEmpty)
        for (row, count) in Dictionary(live.map { ($0.text, 1) }, uniquingKeysWith: +) {
            #expect(restored[row, default: 0] >= count, "\(row) is at the server, and not in the vault")
        }
    }
}
