import Archive
import Foundation
import Records
import RowJSON
import TestSupport
import Testing

@testable import Vault

/// Increments of two vaults that read one task: no row twice, none lost, whatever of it both read.
@Suite struct IncrementMergeTests {
    private static func merge(_ sources: [Fixture], into target: Fixture) async throws -> MergeReport {
        try await VaultMergeTests.merge(sources, into: target)
    }

    private static func rows(_ fixture: Fixture) async throws -> [String] {
        try await VaultMergeTests.rows(fixture).flatMap { Array(repeating: $0.key, count: $0.value) }
            .map {
                $0.replacingOccurrences(of: "weather {\"v\":\"", with: "").replacingOccurrences(of: "\"}", with: "")
            }
            .sorted()
    }

    @Test func rangesThatOverlapAreJoinedByTheUnionRule() async throws {
        let (one, two) = (try Fixture(), try Fixture())
        try await one.increment(["a", "b"], "0", "2", at: 0, total: 2)
        try await one.increment(["c", "c", "d"], "2", "5", at: 60, total: 5)
        try await two.increment(["a", "b", "c"], "0", "3", at: 30, total: 3)
        try await two.increment(["c", "d", "e"], "3", "6", at: 90, total: 6)
        for order in [[one, two], [two, one]] {
            let target = try Fixture()
            let report = try await Self.merge(order, into: target)
            #expect(report.conflicts.isEmpty)
            #expect(try await Self.rows(target) == ["a", "b", "c", "c", "d", "e"])
            #expect(try await VaultMergeTests.isSound(target))
            let newest = try #require(try await target.increments().last)
            // The next run goes on from where the later vault had read all.
            #expect(newest.range?.through == "6")
            #expect(newest.total == 6)
            #expect(newest.kept == 0)
            #expect(newest.state == .sealed)
            let again = try await Self.merge(order, into: target)
            #expect(again.merged == 0)
            #expect(again.snapshots == again.already)
        }
    }

    @Test func whatGoesOnFromWhatIsHereIsTakenAsItIs() async throws {
        let (one, two) = (try Fixture(), try Fixture())
        for fixture in [one, two] { try await fixture.increment(["a", "a"], "0", "2", at: 0, total: 2) }
        // A row that is like an earlier one is a row of its own.
        try await two.increment(["a"], "2", "3", at: 60, total: 3)
        let report = try await Self.merge([two], into: one)
        #expect(report.merged == 1)
        #expect(report.already == 1)
        #expect(try await Self.rows(one) == ["a", "a", "a"])
        #expect(try await one.increments().last?.range?.through == "3")
    }

    @Test(arguments: ["numbers", "opaque"])
    func rangesThatFollowEachOtherAreBothTakenAsTheyAre(cursors: String) async throws {
        let names = cursors == "numbers" ? ["0", "2", "1000"] : ["0", "k-7", "a-9"]
        let (one, two) = (try Fixture(), try Fixture())
        try await one.increment(["a", "b"], names[0], names[1], at: 0, total: 2)
        try await two.increment(["a", "b"], names[1], names[2], at: 60, total: 4)
        for order in [[one, two], [two, one]] {
            let target = try Fixture()
            _ = try await Self.merge(order, into: target)
            #expect(try await Self.rows(target) == ["a", "a", "b", "b"])
        }
    }

    /// A vault and its copy, of which one learnt more of an increment since, or gave its rows up.
    @Test(arguments: Sampling.quick(1, of: ["counted", "pruned", "sealed"]))
    func anIncrementThatWasLookedAtAgainIsTheSame(change: String) async throws {
        let (one, two) = (try Fixture(), try Fixture())
        let state: SnapshotState = change == "sealed" ? .unproven : .sealed
        for fixture in [one, two] { try await fixture.increment(["a", "b"], "0", "2", at: 0, total: 2, state: state) }
        try await two.changeNewestIncrement { manifest in
            switch change {
            case "counted":
                manifest.recheckedAt = testNow.addingTimeInterval(600)
                manifest.total = 1
                manifest.kept = 1
                manifest.range?.through = "9"
            case "pruned":
                manifest.state = .pruned
                manifest.archive = nil
            default:
                manifest.state = .sealed
                manifest.recheckedAt = testNow.addingTimeInterval(600)
            }
        }
        let (forth, back) = (try Fixture(), try Fixture())
        _ = try await Self.merge([one, two], into: forth)
        _ = try await Self.merge([two, one], into: back)
        for target in [forth, back] {
            let manifests = try await target.increments()
            #expect(manifests.count == 1)
            #expect(try await VaultMergeTests.isSound(target))
            if change == "counted" { #expect(manifests.map(\.range?.through) == ["9"] && manifests[0].kept == 1) }
            if change == "sealed" { #expect(manifests.map(\.state) == [.sealed]) }
        }
        // What came first stays: rows that are here, and rows that were given up here.
        if change == "pruned" { #expect(try await back.increments().map(\.state) == [.pruned]) }
        if change != "pruned" { #expect(try await Self.rows(back) == ["a", "b"]) }
        #expect(try await Self.rows(forth) == ["a", "b"])
    }

    @Test func compactedIncrementsTakeThePlaceOfTheirPartsAndTheOtherWayRound() async throws {
        let (days, parts, half) = (try Fixture(), try Fixture(), try Fixture())
        for fixture in [days, parts] {
            try await fixture.increment(["a", "b"], "0", "2", at: -200_000, total: 2)
            try await fixture.increment(["b", "c"], "2", "4", at: -199_000, total: 4)
        }
        try await half.increment(["a", "b"], "0", "2", at: -200_000, total: 2)
        try await days.compactDays()
        #expect(try await days.increments().count == 1)
        for order in [[parts, days], [days, parts], [half, days], [days, half], [half, days, parts]] {
            let target = try Fixture()
            let report = try await Self.merge(order, into: target)
            #expect(report.conflicts.isEmpty)
            #expect(try await Self.rows(target) == ["a", "b", "b", "c"])
            #expect(report.rows == 4)
            #expect(try await VaultMergeTests.isSound(target))
            #expect(try await Self.merge(order, into: target).merged == 0)
        }
    }

    /// A compacted increment names what it stands for by file names, which another machine may have given to others.
    @Test func anotherSnapshotOfTheSameNameIsNotReplaced() async throws {
        let (days, target) = (try Fixture(), try Fixture())
        try await days.increment(["a"], "0", "1", at: -200_000, total: 1)
        try await days.increment(["b"], "1", "2", at: -199_000, total: 2)
        try await days.compactDays()
        try await target.increment(["x", "y"], "0", "2", at: -200_000, total: 2)
        _ = try await Self.merge([days], into: target)
        #expect(try await Self.rows(target) == ["a", "b", "x", "y"])
        #expect(try await VaultMergeTests.isSound(target))
    }

    @Test func whatNoVaultProvedIsToBeReadFromItsFirstRowAgain() async throws {
        let (one, two, target) = (try Fixture(), try Fixture(), try Fixture())
        try await one.increment(["a", "b"], "0", "2", at: 0, total: 9, rest: 7)
        try await two.increment(["b", "c", "d"], "0", "3", at: 60, total: 9, rest: 6)
        _ = try await Self.merge([one, two], into: target)
        #expect(try await Self.rows(target) == ["a", "b", "c", "d"])
        #expect(try await target.increments().last?.state == .unproven)
    }

    /// Of one server's rows several vaults, some the continued copies of others, read what was there at several
    /// moments. Merged in any order, once or twice, they hold each row as often as the one of them that has most of it.
    @Test func theOrderOfMergingMakesNoDifferenceToTheRows() async throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<Sampling.number(2, of: 6) {
            let server = (0..<12).map { _ in "\(Int.random(in: 0...5, using: &random))" }
            var vaults: [Fixture] = []
            var expected: [String: Int] = [:]
            let common = Int.random(in: 0...4, using: &random)
            for number in 0..<3 {
                let fixture = try Fixture()
                var read = 0
                var clock = -200_000
                while read < 12, read < common || Int.random(in: 0...5, using: &random) > 0 {
                    let isCommon = read < common
                    let next = isCommon ? common : min(12, read + Int.random(in: 1...4, using: &random))
                    try await fixture.increment(
                        Array(server[read..<next]), "\(read)", "\(next)", at: clock, total: next)
                    read = next
                    clock += isCommon ? 100 : Int.random(in: 100...900, using: &random)
                }
                let counts = server.prefix(read).reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
                expected.merge(counts) { max($0, $1) }
                if number == 1 { try await fixture.compactDays() }
                vaults.append(fixture)
            }
            let all = expected.flatMap { Array(repeating: $0.key, count: $0.value) }.sorted()
            for order in [vaults, vaults.reversed(), vaults.shuffled(using: &random)] {
                let target = try Fixture()
                let report = try await Self.merge(order, into: target)
                #expect(report.conflicts.isEmpty, "seed \(seed): \(report.conflicts)")
                #expect(try await Self.rows(target) == all, "seed \(seed)")
                #expect(try await VaultMergeTests.isSound(target), "seed \(seed)")
                #expect(try await Self.merge(order, into: target).merged == 0, "seed \(seed)")
                let newest = try await target.increments().last
                #expect(newest?.range?.through == newest.map { "\($0.total)" }, "seed \(seed)")
            }
        }
    }

    @Test func cutShortAtAnyStepTheNextMergeMakesItWhole() async throws {
        let counting = FaultyFiles(CoarseTimeFiles(), failing: nil)
        let (one, reference) = (try Fixture(), try Fixture())
        try await one.increment(["a", "b", "c"], "0", "3", at: 60, total: 3)
        func fill(_ target: Fixture) async throws { try await target.increment(["a", "b"], "0", "2", at: 0, total: 2) }
        try await fill(reference)
        try await VaultMergeTests.merge([one], into: reference, files: counting)
        for step in stride(from: 0, to: counting.steps, by: Sampling.stride(5)) {
            let target = try Fixture(disk: CoarseTimeFiles())
            try await fill(target)
            let files = FaultyFiles(target.disk, failing: step, fault: .refused, diesThen: true)
            _ = try? await VaultMergeTests.merge([one], into: target, files: files)
            _ = try await Self.merge([one], into: target)
            #expect(try await Self.rows(target) == ["a", "b", "c"], "step \(step)")
            #expect(try await VaultMergeTests.isSound(target), "step \(step)")
        }
    }
}

/// Batches of unexported rows are changed in place as well.
@Suite struct CaptureMergeTests {
    @Test(arguments: ["pruned", "confirmed"])
    func aBatchThatWasChangedSinceIsTheSame(change: String) async throws {
        let (one, two) = (try Fixture(), try Fixture())
        for fixture in [one, two] {
            let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
            var manifest = try locked.capture(.unexported, rows: 2)
            let address = SnapshotAddress(
                source: .unexported, task: locked.task, name: .capture(at: testNow, sequence: 1))
            manifest.mark = ExportMark(total: 2)
            try locked.publish(manifest, at: address)
            if fixture.path == two.path {
                if change == "pruned" {
                    manifest.state = .pruned
                    manifest.archive = nil
                } else {
                    manifest.mark?.isConfirmed = true
                }
                try locked.publish(manifest, at: address)
            }
            locked.release()
        }
        let (forth, back) = (try Fixture(), try Fixture())
        _ = try await VaultMergeTests.merge([one, two], into: forth)
        _ = try await VaultMergeTests.merge([two, one], into: back)
        #expect(try await VaultMergeTests.rows(forth).values.reduce(0, +) == 2)
        #expect(try await VaultMergeTests.rows(back).values.reduce(0, +) == (change == "pruned" ? 0 : 2))
        for target in [forth, back] where change == "confirmed" {
            let manifests = target.folder.allFiles().filter { $0.hasSuffix(".manifest.json") }
            #expect(manifests.count == 1)
            let manifest = try Manifest.read("\(target.folder.path)/\(manifests[0])", files: DiskFiles())
            #expect(manifest.mark?.isConfirmed == true)
        }
    }
}

extension Fixture {
    /// Publishes an increment of rows that are these values, taken so many seconds after ``testNow``.
    fileprivate func increment(
        _ values: [String], _ after: String, _ through: String, at seconds: Int, total: Int, rest: Int = 0,
        state: SnapshotState = .sealed
    ) async throws {
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        let instant = testNow.addingTimeInterval(Double(seconds))
        let address = try locked.captureAddress(source: .increments, at: instant)
        let draft = try locked.beginDraft(at: address)
        let lines = values.map { "{\"v\":\"\($0)\"}\n" }.joined()
        try draft.append(MemberEncoder().encode(RowBlock(ndjson: Array(lines.utf8))))
        let manifest = Manifest(
            tool: "test 1", state: state, source: .increments, host: "h", task: locked.task, window: nil,
            proof: .oneAnswer, capturedAt: instant, total: total, rows: values.count, columns: draft.columns,
            rowsDigest: draft.digest, archive: try draft.finish(),
            range: CursorRange(after: after, through: through, restTotal: rest))
        try locked.publish(manifest, draft: draft, at: address)
    }

    /// In the order of taking.
    fileprivate func increments() async throws -> [Manifest] {
        var found: [(SnapshotName, Manifest)] = []
        var manifests = try FolderManifests(at: path)
        while let entry = try manifests.next() {
            guard case .sound(let listed) = entry, listed.manifest.source == .increments,
                case .manifest(let name) = SnapshotFileName(PathText.name(of: listed.path))
            else { continue }
            found.append((name, listed.manifest))
        }
        return found.sorted { $0.0 < $1.0 }.map(\.1)
    }

    fileprivate func changeNewestIncrement(_ change: (inout Manifest) -> Void) async throws {
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        let address = SnapshotAddress(
            source: .increments, task: locked.task, name: .capture(at: testNow, sequence: 1))
        var manifest = try #require(try locked.manifest(at: address))
        let archive = manifest.archive?.file
        change(&manifest)
        try locked.publish(manifest, at: address)
        if let archive, manifest.archive == nil {
            try? FileManager.default.removeItem(atPath: "\(path)/\(address.folder)/\(archive)")
        }
    }
}
