import Archive
import Catalog
import Foundation
import Records
import StorageTime
import TestSupport
import Testing
import Vault

@Suite struct CompactTests {
    @Test func theWindowsOfADayBecomeOneSnapshotAndEachKeepsItsFacts() async throws {
        let fixture = try Fixture()
        try await fixture.sealDay(24)
        let before = try await fixture.coverage()
        let facts = try await fixture.parts(0..<24)
        let rows = try fixture.rows()
        let report = try await fixture.compact()
        #expect(report.snapshots == 1 && report.windows == 24 && report.merged == 24)
        #expect(report.filesBefore == 48 && report.filesAfter == 2)
        #expect(fixture.files().count == 2)
        let after = try await fixture.coverage()
        #expect(after.covered == before.covered)
        #expect(after.windows.map(\.facts) == before.windows.map(\.facts))
        let day = try #require(try fixture.manifest(window(0, 24)))
        #expect(day.parts.map(\.withoutMembers) == facts.map(\.withoutMembers))
        #expect(day.replaces.count == 24)
        #expect(try fixture.rows() == rows)
        #expect(try await fixture.codes() == [])
        let snapshots = try fixture.vault.catalog.snapshots()
        _ = try fixture.vault.rebuildCatalog()
        #expect(try fixture.vault.catalog.snapshots() == snapshots)
        #expect(try await fixture.open(.offline).verify().damaged.isEmpty)
        #expect(try await fixture.compact().snapshots == 0, "again is a no-op")
    }

    @Test func membersAreCopiedAsTheyAre() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        try locked.publish(members: [2, 1], window(0, 1))
        try locked.publish(members: [3], window(1, 2))
        locked.release()
        let archives = try fixture.files().filter { $0.hasSuffix(".gz") }.map { try fixture.read($0) }
        _ = try await fixture.compact()
        let day = try fixture.read(fixture.files().first { $0.hasSuffix(".gz") } ?? "")
        #expect(day == archives.flatMap { $0 })
        #expect(try fixture.manifest(window(0, 2))?.parts.map(\.members) == [0..<2, 2..<3])
    }

    @Test func aDayThatIsStillCountedAgainIsLeftAlone() async throws {
        let fixture = try Fixture()
        try await fixture.sealDay(24)
        let midnight = try window(0, 24).to
        #expect(try await fixture.compact(closedUntil: midnight.advanced(by: -1)).snapshots == 0)
        #expect(try await fixture.compact(closedUntil: midnight).snapshots == 1)
    }

    @Test func aGapCutsADayAndIsClosedByTheNextCompaction() async throws {
        let fixture = try Fixture()
        try await fixture.seal(Array(0..<5) + Array(6..<24))
        #expect(try await fixture.compact().snapshots == 2)
        let coverage = try await fixture.coverage()
        #expect(coverage.gaps(in: try window(0, 24)) == [try window(5, 6)])
        #expect(try await fixture.codes() == [])
        try await fixture.seal([5])
        let rows = try fixture.rows()
        let report = try await fixture.compact()
        #expect(report.merged == 3 && report.windows == 24 && report.filesBefore == 6 && report.filesAfter == 2)
        #expect(try await fixture.coverage().windows.map(\.window) == (0..<24).map { try window($0, $0 + 1) })
        #expect(try fixture.rows() == rows)
        #expect(fixture.files().count == 2)
        #expect(try await fixture.codes() == [])
    }

    @Test func oneWindowADayAndLongerOnesAreLeftAlone() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        try locked.publish(window(0, 24))
        try locked.publish(window(24, 72))
        try locked.publish(window(72, 73))
        locked.release()
        let before = fixture.files()
        #expect(try await fixture.compact().snapshots == 0)
        #expect(fixture.files() == before)
    }

    @Test func windowsWithoutRowsAreParts() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        try locked.publish(window(0, 1), rows: 0, state: .empty)
        try locked.publish(window(1, 2), rows: 4)
        try locked.publish(window(2, 3), rows: 0, state: .unproven)
        try locked.publish(window(24, 25), rows: 0, state: .empty)
        try locked.publish(window(25, 26), rows: 0, state: .unproven)
        locked.release()
        #expect(try await fixture.compact().snapshots == 2)
        #expect(fixture.files().count == 3, "a day without a row has no archive")
        #expect(try await fixture.coverage().windows.map(\.state) == [.empty, .sealed, .unproven, .empty, .unproven])
        #expect(try fixture.status().first?.empty == [window(0, 1), window(24, 25)])
        #expect(try await fixture.codes() == [])
    }

    @Test func aWindowWithASupersededArchiveIsLeftAsItIs() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1, 3, 4], rows: 2)
        try await fixture.supersede(window(2, 3))
        let rows = try fixture.rows()
        let report = try await fixture.compact()
        #expect(report.snapshots == 2)
        #expect(report.left.map(\.reason) == [.superseded])
        #expect(report.left.map(\.window) == [try window(2, 3)])
        #expect(try fixture.rows() == rows)
        #expect(try await fixture.codes() == [])
    }

    @Test func aDamagedArchiveIsNamedAndLeftAndTheOthersAreMerged() async throws {
        let fixture = try Fixture()
        try await fixture.seal(Array(0..<6))
        let path = try fixture.file(".gz", hour: 2)
        var bytes = try fixture.read(path)
        bytes[bytes.count - 3] ^= 1
        try fixture.write(bytes, to: path)
        let report = try await fixture.compact()
        #expect(report.snapshots == 2 && report.windows == 5)
        #expect(report.left.map(\.reason) == [.damaged])
        #expect(try await fixture.coverage().damaged == [window(2, 3)])
        #expect(!fixture.folder.allFiles().contains { $0.hasSuffix(".partial") })
    }

    @Test func aDamagedDayIsSetAsideWholeAndAllOfItsTimeIsMissing() async throws {
        let fixture = try Fixture()
        try await fixture.seal(Array(0..<6))
        _ = try await fixture.compact()
        let path = try fixture.file(".gz")
        var bytes = try fixture.read(path)
        bytes[bytes.count - 3] ^= 1
        try fixture.write(bytes, to: path)
        let report = try await fixture.vault.verify()
        #expect(report.damaged.map(\.code) == [.memberCorrupt])
        let plan = HealPlan(report)
        #expect(try plan.windows == [TaskID(weather): [window(0, 6)]])
        #expect(try await fixture.vault.heal(plan).done.contains { $0.contains("15 rows of it read of 18") })
        let coverage = try await fixture.coverage()
        #expect(try coverage.covered.isEmpty && coverage.retakes == [window(0, 6)])
        #expect(try fixture.status().first?.gaps == [window(0, 6)])
    }

    @Test func windowsOfSeveralMonthsAreMergedDayByDay() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        for day in stride(from: -40, to: 40, by: 13) {
            for hour in [0, 20] { try locked.publish(window(day * 24 + hour, day * 24 + hour + 20 - hour / 2)) }
        }
        locked.release()
        let (rows, facts) = (try fixture.rows(), try await fixture.coverage().windows.map(\.facts))
        let report = try await fixture.compact(closedUntil: window(0, 100 * 24).to)
        #expect(report.days == 7 && report.windows == 14, "one of two crosses midnight")
        #expect(try fixture.rows() == rows)
        #expect(try await fixture.coverage().windows.map(\.facts) == facts)
        #expect(try await fixture.codes() == [])
    }

    @Test func aDryRunSaysTheSameAndChangesNothing() async throws {
        let fixture = try Fixture()
        try await fixture.sealDay(24)
        let before = fixture.files()
        let plan = try await fixture.compact(isDryRun: true)
        #expect(fixture.files() == before)
        let done = try await fixture.compact()
        #expect(plan.filesAfter == done.filesAfter && plan.windows == done.windows && plan.rows == done.rows)
        #expect(plan.bytesBefore == done.bytesBefore)
    }

    /// Each step fails in turn, and with it all that follow, as if the process had ended there. What the next start
    /// finds is the windows or the day, whole; no row is lost or doubled, and what is half done is no damage.
    @Test(.fewAtATime, arguments: Sampling.quick(1, of: [FaultyFiles.Fault.refused, .doneButReported, .half]))
    func aCrashAtAnyStepLeavesTheWindowsOrTheDay(fault: FaultyFiles.Fault) async throws {
        let day = "20261101T000000_20261101T050000.r"
        let stride = Sampling.stride(11)
        var step = fault.firstStep(stride)
        var isDone = false
        while !isDone {
            var fixture = try Fixture(disk: CoarseTimeFiles())
            try await fixture.seal([0, 1, 3, 4])
            _ = try await fixture.compact()
            try await fixture.seal([2])
            let (rows, facts) = (try fixture.rows(), try await fixture.coverage().windows.map(\.facts))
            let faulty = FaultyFiles(fixture.disk, failing: step, fault: fault, diesThen: true)
            if let vault = try? fixture.open(files: faulty) {
                fixture.vault = vault
                if (try? await fixture.compact()) != nil { isDone = faulty.steps <= step }
            }
            // Nobody has taken the task yet.
            let offline = try await fixture.open(.offline).verify()
            // As of any publish that was cut short, an archive may lie there that no manifest names yet.
            #expect(
                offline.damaged.allSatisfy { $0.code == .archiveUnnamed && $0.manifest.contains(day) },
                "step \(step): \(offline.damaged)\n\(faulty.log)")
            fixture.vault = try fixture.open()
            let found = try await fixture.vault.verify().damaged
            #expect(
                found.allSatisfy { $0.code == .archiveUnnamed && $0.manifest.contains(day) },
                "step \(step): \(found)\n\(faulty.log)")
            #expect(try await fixture.coverage().windows.map(\.facts) == facts, "step \(step), \(faulty.log)")
            #expect(try fixture.rows() == rows, "step \(step), \(faulty.log)")
            #expect([2, 6].contains(fixture.files().count), "step \(step): \(fixture.files())\n\(faulty.log)")
            #expect(try await fixture.codes() == [], "step \(step), \(faulty.log)")
            let lost = fixture.folder.allFiles().filter { $0.contains("lost+found/") }
            #expect(lost.allSatisfy { $0.contains(day) }, "step \(step): \(lost)\n\(faulty.log)")
            let left = fixture.files().count == 2 ? 0 : 5
            #expect(try await fixture.compact().windows == left, "step \(step)")
            step += stride
        }
        #expect(step > 12)
    }

    /// Random windows of random days, in random states, some compacted before: after compacting, each window's facts
    /// and rows are what they were.
    @Test(.fewAtATime) func whateverIsCompactedEachWindowHoldsItsRows() async throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for round in 0..<Sampling.number(2, of: 12) {
            let fixture = try Fixture()
            for _ in 0..<3 {
                let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
                let covered = try locked.coverage().covered
                var hour = 0
                while hour < 96 {
                    let length = Int.random(in: 1...7, using: &generator)
                    let next = try window(hour, hour + length)
                    hour += length
                    guard Int.random(in: 0..<3, using: &generator) > 0, covered.parts(in: next).isEmpty else {
                        continue
                    }
                    let rows = Int.random(in: 0...4, using: &generator)
                    try locked.publish(next, rows: rows, state: rows == 0 ? [.empty, .unproven][hour % 2] : .sealed)
                }
                locked.release()
                let (rows, facts) = (try fixture.rows(), try await fixture.coverage().windows.map(\.facts))
                _ = try await fixture.compact()
                #expect(try fixture.rows() == rows, "seed \(seed), round \(round)")
                #expect(try await fixture.coverage().windows.map(\.facts) == facts, "seed \(seed), round \(round)")
                #expect(try await fixture.codes() == [], "seed \(seed), round \(round)")
            }
        }
    }
}

extension Fixture {
    func sealDay(_ hours: Int) async throws { try await seal(Array(0..<hours), rows: 3) }

    /// - Parameter closedUntil: a week later unless given.
    func compact(closedUntil: StorageInstant? = nil, isDryRun: Bool = false) async throws -> CompactionReport {
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        return try locked.compact(
            closedUntil: closedUntil ?? window(0, 7 * 24).to, tool: "test 1", isDryRun: isDryRun)
    }

    /// Manifests and archives in their places, as absolute paths.
    func files() -> [String] {
        folder.allFiles().filter {
            ($0.hasSuffix(".gz") || $0.hasSuffix(".manifest.json")) && !$0.contains("lost+found")
        }
        .map { "\(folder.path)/\($0)" }
    }

    func manifest(_ window: Window) throws -> Manifest? {
        let address = SnapshotAddress(source: .storageTime, task: try TaskID(weather), name: .window(window))
        return try vault.manifest(at: address.manifestPath)
    }

    func parts(_ hours: Range<Int>) async throws -> [Manifest.Part] {
        try hours.compactMap { hour in
            try manifest(window(hour, hour + 1)).flatMap { Manifest.Part($0, firstMember: 0) }
        }
    }

    func codes() async throws -> [String] {
        var options = VerifyOptions()
        options.isDeep = true
        return try await vault.verify(options: options).damaged.map { "\($0.code.rawValue) \($0.manifest)" }
    }

    /// The rows of each window, as its archive or its part of one holds them.
    func rows() throws -> [Window: [String]] {
        var found: [Window: [String]] = [:]
        try vault.forEachSnapshot { record in
            guard let snapshot = try vault.openSnapshot(at: record.path), let window = record.window else { return }
            let members = snapshot.archive?.facts.members.count ?? 0
            let parts = snapshot.manifest.parts.map { ($0.window, $0.members) }
            for (window, members) in parts.isEmpty ? [(window, 0..<members)] : parts {
                var lines: [String] = []
                try snapshot.archive?.forEachMember(in: members) { _, ndjson in
                    lines += String(decoding: ndjson, as: UTF8.self).split(separator: "\n").map(String.init)
                }
                found[window] = lines
            }
        }
        return found
    }

    /// Publishes a window twice, its rows in another form the second time.
    func supersede(_ window: Window) async throws {
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        let old = try locked.publish(window, rows: 3)
        let address = locked.address(of: window)
        let draft = try locked.beginDraft(at: address)
        try draft.append(MemberEncoder().encode(Fixture.rows(3, window, 7)))
        var manifest = old
        manifest.revision = draft.revision
        manifest.rowsDigest = draft.digest
        manifest.archive = try draft.finish()
        manifest.superseded = [try #require(Manifest.Superseded(old))]
        try locked.publish(manifest, draft: draft, at: address)
    }
}

extension Manifest.Part {
    fileprivate var withoutMembers: Manifest.Part {
        var part = self
        part.members = 0..<0
        return part
    }
}
