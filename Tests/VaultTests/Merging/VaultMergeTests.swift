import Archive
import Catalog
import Foundation
import Records
import RowJSON
import StorageTime
import TestSupport
import Testing

@testable import Vault

@Suite struct VaultMergeTests {
    @discardableResult
    static func merge(
        _ sources: [Fixture], into target: Fixture, files: (any Files)? = nil, isDryRun: Bool = false
    ) async throws -> MergeReport {
        let vault = try target.open(files: files)
        defer { vault.close() }
        return try await VaultMerge(
            from: sources.map(\.path), into: vault, isDryRun: isDryRun, wait: .no
        ).run()
    }

    /// Every row of the vault, by window or capture, each as often as it is there.
    static func rows(_ fixture: Fixture) async throws -> [String: Int] {
        var rows: [String: Int] = [:]
        var manifests = try FolderManifests(at: fixture.path)
        while let entry = try manifests.next() {
            guard case .sound(let listed) = entry else { continue }
            let folder = "\(fixture.path)/\(PathText.parent(of: listed.path))"
            try ArchiveReader.open(listed.manifest, folder: folder, files: DiskFiles())?.forEachMember { _, ndjson in
                for line in String(decoding: ndjson, as: UTF8.self).split(separator: "\n") {
                    rows["\(listed.manifest.task) \(line)", default: 0] += 1
                }
            }
        }
        return rows
    }

    static func isSound(_ fixture: Fixture) async throws -> Bool {
        let vault = try fixture.open()
        defer { vault.close() }
        var options = VerifyOptions()
        options.isDeep = true
        return try await vault.verify(options: options).damaged.isEmpty
    }

    @Test func whatIsNewIsLinkedAndPublishedAndAgainIsANoOp() async throws {
        let (one, two, target) = (try Fixture(), try Fixture(), try Fixture())
        try await one.seal([0, 1, 2])
        try await two.seal([2, 3, 4])
        try await two.seal([0], task: "other", rows: 7)
        let first = try await Self.merge([one, two], into: target)
        #expect(first.vaults == 2)
        #expect(first.snapshots == 7)
        #expect(first.merged == 6)
        #expect(first.already == 1)
        #expect(first.rows == 5 * 3 + 7)
        #expect(first.conflicts.isEmpty)
        let again = try await Self.merge([one, two], into: target)
        #expect(again.merged == 0)
        #expect(again.already == 7)
        #expect(try await Self.isSound(target))
        #expect(try await target.coverage().covered.windows == [window(0, 5)])
        let archive = try target.file(".ndjson.gz", hour: 1)
        let links = try FileManager.default.attributesOfItem(atPath: archive)[.referenceCount] as? Int
        #expect(links == 2)
    }

    @Test func aDryRunSaysTheSameAndChangesNothing() async throws {
        let (one, target) = (try Fixture(), try Fixture())
        try await one.seal([0, 1])
        try await target.seal([1], rows: 1)
        let before = target.folder.allFiles().filter { !$0.contains("catalog") && !$0.contains("locks") }
        let dry = try await Self.merge([one], into: target, isDryRun: true)
        #expect(target.folder.allFiles().filter { !$0.contains("catalog") && !$0.contains("locks") } == before)
        let wet = try await Self.merge([one], into: target)
        #expect(dry.merged == wet.merged)
        #expect(dry.rows == wet.rows)
    }

    /// Two revisions of one window hold some rows in common, each as often as the one that has more of them.
    @Test(arguments: [true, false])
    func twoRevisionsOfAWindowAreJoinedByTheUnionRule(isNewerThere: Bool) async throws {
        let (one, target) = (try Fixture(), try Fixture())
        try await target.publish(["a", "b", "b", "c"], at: testNow)
        try await one.publish(["b", "c", "c", "d"], at: testNow.addingTimeInterval(isNewerThere ? 60 : -60))
        let report = try await Self.merge([one], into: target)
        #expect(report.merged == 1)
        #expect(report.rows == 2)
        let rows = try await Self.rows(target)
        #expect(
            rows == [
                "weather {\"v\":\"a\"}": 1, "weather {\"v\":\"b\"}": 2, "weather {\"v\":\"c\"}": 2,
                "weather {\"v\":\"d\"}": 1,
            ])
        #expect(try await Self.isSound(target))
        let manifest = try await target.manifest()
        #expect(manifest.kept == 2)
        #expect(manifest.absent == [4..<6])
        #expect(manifest.total == 4)
        let again = try await Self.merge([one], into: target)
        #expect(again.merged == 0)
        #expect(again.already == 1)
    }

    /// Whatever several vaults hold of one grid, in whatever order they are merged, killed or merged twice, the rows
    /// are those of the window's revisions joined.
    @Test(arguments: Sampling.quick(1, of: [5_953_126_993_855_722_798, UInt64.random(in: 1...UInt64.max)]))
    func theOrderOfMergingMakesNoDifferenceToTheRows(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<Sampling.number(2, of: 6) {
            var vaults: [Fixture] = []
            var expected: [String: Int] = [:]
            for number in 0..<3 {
                let fixture = try Fixture()
                for hour in 0..<4 where Bool.random(using: &random) {
                    let rows = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                        "\(hour)-\(Int.random(in: 0...3, using: &random))"
                    }
                    try await fixture.publish(
                        rows, at: testNow.addingTimeInterval(Double(Int.random(in: 0...5, using: &random))), hour: hour)
                    let counts = rows.reduce(into: [String: Int]()) { $0["weather {\"v\":\"\($1)\"}", default: 0] += 1 }
                    expected.merge(counts) { max($0, $1) }
                }
                if number == 1 { try await fixture.compactDays() }
                vaults.append(fixture)
            }
            for order in [vaults, vaults.reversed(), vaults.shuffled(using: &random)] {
                let target = try Fixture()
                let report = try await Self.merge(order, into: target)
                #expect(report.conflicts.isEmpty, "seed \(seed): \(report.conflicts)")
                #expect(try await Self.rows(target) == expected, "seed \(seed)")
                #expect(try await Self.isSound(target), "seed \(seed)")
                let again = try await Self.merge(order, into: target)
                #expect(again.merged == 0, "seed \(seed)")
            }
        }
    }

    /// Which of three revisions is the latest is known though two hold the same rows, and proof is not lost to a
    /// revision without.
    @Test(
        arguments: Sampling.quick(
            2,
            of: [
                [("a b", 3, true), ("a b", 5, true), ("a c", 4, true)],
                [("a b", 3, true), ("a b", 5, false), ("a c", 4, true)],
                [("a b", 3, true), ("a", 5, false), ("a c", 4, false)],
                [("a b", 3, true), ("", 5, false), ("a c", 4, true)],
                [("a", 3, true), ("a b", 5, true), ("a", 4, false)],
                [("a", 5, false), ("a b", 3, true), ("b", 4, false)],
            ]))
    func mergedAgainNothingIsMergedInAnyOrder(revisions: [(rows: String, second: Double, isProven: Bool)]) async throws
    {
        var vaults: [Fixture] = []
        for revision in revisions {
            let fixture = try Fixture()
            let rows = revision.rows.split(separator: " ").map(String.init)
            try await fixture.publish(rows, at: testNow.addingTimeInterval(revision.second))
            if !revision.isProven { try await fixture.change { $0.state = .unproven } }
            vaults.append(fixture)
        }
        for order in Sampling.quick(2, of: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]) {
            let sources = order.map { vaults[$0] }
            let target = try Fixture()
            let first = try await Self.merge(sources, into: target)
            #expect(first.conflicts.isEmpty)
            let facts = try await target.manifest()
            let again = try await Self.merge(sources, into: target)
            #expect(again.merged == 0, "in the order \(order)")
            #expect(try await target.manifest() == facts)
            let latest = revisions.filter { $0.isProven }.map(\.second).max()
            if let latest, revisions.allSatisfy(\.isProven) {
                #expect(facts.capturedAt == testNow.addingTimeInterval(latest))
            }
        }
    }

    /// A revision without proof whose rows another one proves takes nothing from the proof.
    @Test(arguments: [1.0, -1])
    func rowsThatAnotherRevisionProvesNeedNoProofOfTheirOwn(later: Double) async throws {
        let (one, target) = (try Fixture(), try Fixture())
        try await target.publish(["a", "b"], at: testNow)
        try await one.publish(["a"], at: testNow.addingTimeInterval(later))
        try await one.change { $0.state = .unproven }
        #expect(try await Self.merge([one], into: target).merged == 0)
        #expect(try await target.manifest().state == .sealed)
        #expect(try await Self.merge([target], into: one).merged == 1)
        let facts = try await one.manifest()
        #expect(facts.state == .sealed)
        #expect(facts.capturedAt == testNow)
        #expect(facts.kept == 0)
    }

    @Test func otherWindowsOverTheSameTimeAreAConflictAndChangeNothing() async throws {
        let (one, target) = (try Fixture(), try Fixture())
        try await one.seal([0, 5])
        let locked = try await target.vault.lock(TaskID(weather), wait: .no)
        try locked.publish(window(0, 2))
        locked.release()
        let report = try await Self.merge([one], into: target)
        #expect(report.merged == 1)
        #expect(report.conflicts.map(\.code) == [.overlap])
        #expect(try await target.coverage().covered.windows == [window(0, 2), window(5, 6)])
        #expect(try await Self.isSound(target))
    }

    @Test func rowsOfAnotherHostAreAConflict() async throws {
        let (one, target) = (try Fixture(), try Fixture())
        let locked = try await one.vault.lock(TaskID(weather), wait: .no)
        for hour in 0..<3 { try locked.publish(window(hour, hour + 1), host: "elsewhere") }
        locked.release()
        try await target.seal([5])
        let report = try await Self.merge([one], into: target)
        #expect(report.merged == 0)
        #expect(report.conflicts.map(\.code) == [.otherHost, .otherHost, .otherHost])
    }

    @Test(arguments: ["archive", "manifest", "missing"])
    func damageThereIsNamedAndNothingOfItComesHere(what: String) async throws {
        let (one, target) = (try Fixture(), try Fixture())
        try await one.seal([0, 1])
        switch what {
        case "archive": try Self.flip(one.file(".ndjson.gz"))
        case "manifest": try Self.flip(one.file(".manifest.json"))
        default: try FileManager.default.removeItem(atPath: one.file(".ndjson.gz"))
        }
        let report = try await Self.merge([one], into: target)
        #expect(report.conflicts.map(\.code) == [.damaged])
        #expect(report.merged == 1)
        #expect(try await target.coverage().covered.windows == [window(1, 2)])
        #expect(try await Self.isSound(target))
        #expect(!target.folder.allFiles().contains { $0.hasSuffix(".partial") })
    }

    private static func flip(_ path: String) throws {
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    @Test func compactedDaysTakeThePlaceOfTheirWindowsAndTheOtherWayRound() async throws {
        let (days, hours) = (try Fixture(), try Fixture())
        try await days.seal([0, 1, 2])
        try await days.compactDays()
        try await hours.seal([0, 1, 2])
        let (forth, back) = (try Fixture(), try Fixture())
        _ = try await Self.merge([hours, days], into: forth)
        _ = try await Self.merge([days, hours], into: back)
        for target in [forth, back] {
            #expect(try await Self.isSound(target))
            #expect(try await Self.rows(target) == Self.rows(hours))
            #expect(try await target.coverage().covered.windows == [window(0, 3)])
            #expect(try await Self.merge([days, hours], into: target).merged == 0)
        }
    }

    /// A window here that had fewer rows than the day has of it becomes the day's, and the day takes its place at once.
    @Test func aCompactedDayTakesThePlaceOfWindowsThatItCompletes() async throws {
        let (day, target) = (try Fixture(), try Fixture())
        for hour in 0..<2 { try await day.publish(["a", "b"], at: testNow.addingTimeInterval(60), hour: hour) }
        try await day.compactDays()
        try await target.publish(["a"], at: testNow)
        let report = try await Self.merge([day], into: target)
        #expect(report.merged == 1)
        #expect(report.rows == 3)
        #expect(try await Self.rows(target) == Self.rows(day))
        #expect(target.folder.allFiles().filter { $0.hasSuffix(".manifest.json") }.count == 1)
        #expect(try await Self.isSound(target))
        #expect(try await Self.merge([day], into: target).merged == 0)
    }

    @Test func capturesOfOneSecondOnTwoMachinesAreTwo() async throws {
        let (one, two, target) = (try Fixture(), try Fixture(), try Fixture())
        for (fixture, rows) in [(one, 3), (two, 5)] {
            let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
            try locked.capture(.all, rows: rows)
            locked.release()
        }
        let first = try await Self.merge([one, two], into: target)
        #expect(first.merged == 2)
        #expect(first.rows == 8)
        let again = try await Self.merge([one, two], into: target)
        #expect(again.already == 2)
        #expect(again.merged == 0)
        #expect(try await Self.isSound(target))
    }

    @Test func prunedWindowsArriveAsSuchAndComeBackForNoMerge() async throws {
        let (one, two, target) = (try Fixture(), try Fixture(), try Fixture())
        try await two.seal([0])
        let locked = try await one.vault.lock(TaskID(weather), wait: .no)
        var manifest = try #require(try locked.manifest(at: locked.address(of: window(0, 1))) ?? two.manifestNow())
        manifest.state = .pruned
        manifest.archive = nil
        try locked.publish(manifest, at: locked.address(of: window(0, 1)))
        locked.release()
        _ = try await Self.merge([one], into: target)
        #expect(try await target.manifest().state == .pruned)
        let report = try await Self.merge([two], into: target)
        #expect(report.already == 1)
        #expect(try await target.manifest().state == .pruned)
    }

    /// A window that one vault took for an edge alone and the other was asked for, by what the two hold of it.
    @Test(arguments: Sampling.pairs(["same", "fewer", "more", "pruned there", "pruned here"], [-60.0, 0, 60]))
    func aWindowThatEitherWasAskedForWasAskedFor(rows: String, later: Double) async throws {
        for isMarkedHere in [true, false] {
            let (one, target) = (try Fixture(), try Fixture())
            let theirs = rows == "fewer" ? ["a"] : rows == "more" ? ["a", "b", "c"] : ["a", "b"]
            try await target.publish(["a", "b"], at: testNow)
            try await one.publish(theirs, at: testNow.addingTimeInterval(later))
            try await (isMarkedHere ? target : one).change { $0.isEdgeOnly = true }
            if rows.hasPrefix("pruned") {
                try await (rows == "pruned here" ? target : one).change { manifest in
                    manifest.state = .pruned
                    manifest.archive = nil
                }
            }
            let report = try await Self.merge([one], into: target)
            #expect(report.conflicts.isEmpty)
            #expect(try await target.manifest().isEdgeOnly == false)
            #expect(try await Self.isSound(target))
            #expect(try await Self.merge([one], into: target).merged == 0)
            let fresh = try Fixture()
            _ = try await Self.merge([one, target], into: fresh)
            #expect(try await fresh.manifest().isEdgeOnly == false)
        }
    }

    @Test func aWindowThatBothTookForAnEdgeStaysOne() async throws {
        let (one, target) = (try Fixture(), try Fixture())
        for fixture in [one, target] {
            try await fixture.publish(["a"], at: testNow)
            try await fixture.change { $0.isEdgeOnly = true }
        }
        _ = try await Self.merge([one], into: target)
        #expect(try await target.manifest().isEdgeOnly)
    }

    /// The window before a share's first may be longer than the range's first window, which ends at the same edge.
    @Test func aLongerWindowTakenForAnEdgeGivesWayToTheOneThatWasAskedFor() async throws {
        let (first, second) = (try Fixture(), try Fixture())
        let locked = try await first.vault.lock(TaskID(weather), wait: .no)
        try locked.publish(window(1, 6))
        locked.release()
        let other = try await second.vault.lock(TaskID(weather), wait: .no)
        var edge = try other.publish(window(0, 6))
        edge.isEdgeOnly = true
        try other.publish(edge, at: other.address(of: window(0, 6)))
        try other.publish(window(6, 12))
        other.release()
        for order in [[first, second], [second, first]] {
            let target = try Fixture()
            let report = try await Self.merge(order, into: target)
            #expect(report.conflicts.isEmpty)
            #expect(try await target.coverage().covered.windows == [window(1, 12)])
            #expect(try await Self.isSound(target))
        }
        // Without the other, it is taken as it is.
        let alone = try Fixture()
        _ = try await Self.merge([second], into: alone)
        #expect(try await alone.coverage().covered.windows == [window(0, 12)])
    }

    /// Vaults whose windows of the first six hours are of these bounds, asked for or taken for an edge alone, merged by
    /// one command or by one each, in either order: what was asked for is there, and no row twice.
    @Test(
        arguments: Sampling.quick(
            1,
            of: [
                (whole: [(1, 6)], edge: (0, 6)), (whole: [(0, 3), (3, 6)], edge: (0, 6)),
                (whole: [(0, 6)], edge: (3, 6)),
                (whole: [(0, 6)], edge: (0, 6)),
            ]))
    func whatWasAskedForWinsInEachOrderOfMerges(whole: [(Int, Int)], edge: (Int, Int)) async throws {
        let (asked, taken) = (try Fixture(), try Fixture())
        try await asked.seal(whole, edge: nil)
        try await taken.seal([(6, 12)], edge: edge)
        for order in [[asked, taken], [taken, asked]] {
            for isOneCommand in [true, false] {
                let target = try Fixture()
                for sources in isOneCommand ? [order] : order.map({ [$0] }) {
                    let dry = try await Self.merge(sources, into: target, isDryRun: true)
                    let report = try await Self.merge(sources, into: target)
                    #expect(report.conflicts.isEmpty, "\(report.conflicts)")
                    // A dry run does not know what an earlier vault of the same command brings.
                    if isOneCommand { continue }
                    #expect(dry.conflicts.isEmpty, "\(dry.conflicts)")
                    #expect(dry.merged == report.merged && dry.already == report.already)
                }
                let locked = try await target.vault.lock(TaskID(weather), wait: .no)
                let windows = try locked.coverage().windows
                locked.release()
                #expect(windows.map(\.window) == (try whole.map { try window($0.0, $0.1) } + [window(6, 12)]))
                #expect(windows.allSatisfy { !$0.facts.isEdgeOnly })
                #expect(try await Self.isSound(target))
                #expect(try await Self.merge(order, into: target).merged == 0)
                #expect(try target.vault.lostAndFound().waiting.isEmpty)
            }
        }
    }

    @Test func ofTwoWindowsTakenForOneEdgeEitherWillDo() async throws {
        let (long, short) = (try Fixture(), try Fixture())
        try await long.seal([], edge: (0, 6))
        try await short.seal([(6, 12)], edge: (3, 6))
        for order in [[long, short], [short, long]] {
            for isOneCommand in [true, false] {
                let target = try Fixture()
                for sources in isOneCommand ? [order] : order.map({ [$0] }) {
                    #expect(try await Self.merge(sources, into: target).conflicts.isEmpty)
                }
                #expect(try await target.coverage().windows.count == 2)
            }
        }
    }

    /// A window that was asked for and ends before the edge: the rows at that edge are kept for people, and named.
    @Test func anEdgeThatNothingElseHoldsIsNamedAsItGivesWay() async throws {
        let (asked, taken, target) = (try Fixture(), try Fixture(), try Fixture())
        try await asked.seal([(0, 3)], edge: nil)
        try await taken.seal([(6, 12)], edge: (0, 6))
        _ = try await Self.merge([taken], into: target)
        let archive = try target.read(target.file(".ndjson.gz"))
        let report = try await Self.merge([asked], into: target)
        #expect(report.merged == 1)
        #expect(report.conflicts.map(\.code) == [.overlap])
        #expect(report.conflicts.first?.message.contains("lost+found") == true, "\(report.conflicts)")
        #expect(try await target.coverage().covered.windows == [window(0, 3), window(6, 12)])
        let aside = target.folder.allFiles().filter { $0.contains("lost+found") && $0.hasSuffix(".ndjson.gz") }
        #expect(try aside.map { try target.read("\(target.folder.path)/\($0)") } == [archive])
        #expect(try await Self.isSound(target))
        // A damaged one there moves nothing here.
        let (damaged, other) = (try Fixture(), try Fixture())
        try await damaged.seal([(0, 3)], edge: nil)
        let file = try damaged.file(".ndjson.gz")
        try damaged.write(damaged.read(file) + [1], to: file)
        _ = try await Self.merge([taken], into: other)
        #expect(try await Self.merge([damaged], into: other).conflicts.map(\.code) == [.damaged])
        #expect(try await other.coverage().covered.windows == [window(0, 12)])
    }

    @Test func theVaultItselfAndWhatIsNoVaultAreRefused() async throws {
        let target = try Fixture()
        try await target.seal([0])
        await #expect(throws: VaultError.self) { try await Self.merge([target], into: target) }
        #expect(throws: VaultError.self) { try VaultMerge.check(["\(target.path)/nowhere"]) }
    }

    /// A publish fails at each step in turn, as if the process had ended there: what is here is whole, and the next
    /// merge makes it all.
    @Test func cutShortAtAnyStepTheNextMergeMakesItWhole() async throws {
        let counting = FaultyFiles(CoarseTimeFiles(), failing: nil)
        let (one, reference) = (try await Self.source(), try await Self.target())
        try await Self.merge([one], into: reference, files: counting)
        let expected = try await Self.rows(reference)
        for step in stride(from: 0, to: counting.steps, by: Sampling.stride(5)) {
            let target = try await Self.target()
            let files = FaultyFiles(target.disk, failing: step, fault: .refused, diesThen: true)
            _ = try? await Self.merge([one], into: target, files: files)
            // Whatever is there is whole.
            _ = try await Self.rows(target)
            let report = try await Self.merge([one], into: target)
            #expect(report.conflicts.isEmpty, "step \(step)")
            #expect(try await Self.rows(target) == expected, "step \(step)")
            #expect(try await Self.isSound(target), "step \(step)")
        }
    }

    private static func source() async throws -> Fixture {
        let fixture = try Fixture()
        try await fixture.publish(["a", "b"], at: testNow.addingTimeInterval(60))
        try await fixture.seal([1, 2])
        return fixture
    }

    private static func target() async throws -> Fixture {
        let fixture = try Fixture(disk: CoarseTimeFiles())
        try await fixture.publish(["b", "c"], at: testNow)
        return fixture
    }
}

extension Fixture {
    /// Publishes windows of whole hours, and one that is taken for an edge alone.
    func seal(_ windows: [(Int, Int)], edge: (Int, Int)?) async throws {
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        for (from, to) in windows { try locked.publish(window(from, to)) }
        guard let edge else { return }
        let bounds = try window(edge.0, edge.1)
        var manifest = try locked.publish(bounds)
        manifest.isEdgeOnly = true
        try locked.publish(manifest, at: locked.address(of: bounds))
    }

    /// Publishes a window of rows that are these values.
    func publish(_ values: [String], at capturedAt: Date, hour: Int = 0) async throws {
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        let address = locked.address(of: try window(hour, hour + 1))
        let draft = try locked.beginDraft(at: address)
        let lines = values.map { "{\"v\":\"\($0)\"}\n" }.joined()
        try draft.append(MemberEncoder().encode(RowBlock(ndjson: Array(lines.utf8))))
        let manifest = Manifest(
            tool: "test 1", state: values.isEmpty ? .empty : .sealed, source: .storageTime, host: "h",
            task: locked.task,
            taskName: "Weather", window: try window(hour, hour + 1), timeZone: "UTC", convention: .closed,
            proof: .oneAnswer, revision: draft.revision, capturedAt: capturedAt, total: values.count,
            rows: values.count, columns: draft.columns, rowsDigest: draft.digest, archive: try draft.finish())
        try locked.publish(manifest, draft: draft, at: address)
    }

    func compactDays() async throws {
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        _ = try locked.compact(closedUntil: StorageInstant(parsing: "2027-01-01"), tool: "test 1")
    }

    func manifest() async throws -> Manifest {
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        return try #require(try locked.manifest(at: locked.address(of: window(0, 1))))
    }

    func change(_ change: (inout Manifest) -> Void) async throws {
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        let address = locked.address(of: try window(0, 1))
        var manifest = try #require(try locked.manifest(at: address))
        let archive = manifest.archive?.file
        change(&manifest)
        try locked.publish(manifest, at: address)
        if let archive, manifest.archive == nil {
            try? FileManager.default.removeItem(atPath: "\(path)/\(address.folder)/\(archive)")
        }
    }

    func manifestNow() throws -> Manifest? {
        try Manifest.read(file(".manifest.json"), files: DiskFiles())
    }
}
