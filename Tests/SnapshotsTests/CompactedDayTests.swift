import Archive
import Foundation
import Records
import RowJSON
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// Windows that are parts of a compacted day are taken again as any other.
@Suite struct CompactedDayTests {
    @Test(arguments: IntervalConvention.played)
    func lateRowsAreAddedToAPartAndRowsTheCloudLostAreKept(_ convention: IntervalConvention) async throws {
        let vault = try DamagedVault()
        vault.server.state.withLock { $0.convention = convention }
        try await vault.backfill()
        try await vault.compact()
        let before = try vault.day()
        let (untouched, kept) = (try vault.rows(ofPart: 5), try vault.rows(ofPart: 3))
        try vault.add(#"{"late":"yes"}"#, hour: 2, second: 1800)
        try vault.forget(hour: 3) { (1...3).contains($0) }
        let summary = try await vault.force()
        #expect(summary.failed.isEmpty && summary.retaken == 6)
        let day = try vault.day()
        #expect(day.parts.map(\.window) == before.parts.map(\.window))
        #expect(try vault.rows(ofPart: 2).contains(#"{"late":"yes"}"#))
        #expect(day.parts[2].rows == before.parts[2].rows + 1)
        #expect(day.parts[2].revision == 2 && day.parts[2].kept == 0)
        #expect(try vault.rows(ofPart: 3).sorted() == kept.sorted())
        #expect(day.parts[3].kept == 3 && day.parts[3].rows == 8)
        #expect(day.kept == 3 && day.rows == before.rows + 1 && day.state == .sealed)
        #expect(try vault.rows(ofPart: 5) == untouched)
        #expect(try await vault.codes(deep: true) == [])
        #expect(vault.committedFiles().count == 2)
        #expect(try await vault.force().failed.isEmpty)
        #expect(try vault.day().parts[3].kept == 3)
    }

    @Test func aPartThatBringsNothingNewChangesOnlyTheManifest() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try await vault.compact()
        let before = try vault.day()
        #expect(try await vault.force().failed.isEmpty)
        #expect(try vault.day().archive == before.archive)
        try vault.forget(hour: 4)
        #expect(try await vault.force().failed.isEmpty)
        let day = try vault.day()
        #expect(day.archive == before.archive && day.revision == before.revision)
        #expect(day.parts[4].kept == 8 && day.parts[4].total == day.parts[4].edgeRows)
        #expect(try await vault.codes(deep: true) == [])
    }

    @Test func aWindowWithoutRowsGetsItsRowsInTheMiddleOfADay() async throws {
        let vault = try DamagedVault()
        try vault.forget(hour: 2)
        try await vault.backfill()
        try await vault.compact()
        #expect(try vault.day().parts[2].state == .empty)
        for second in 1...4 { try vault.add(#"{"n":"\#(second)"}"#, hour: 2, second: second) }
        #expect(try await vault.force().failed.isEmpty)
        #expect(try vault.rows(ofPart: 2) == (1...4).map { #"{"n":"\#($0)"}"# })
        #expect(try vault.day().parts.map(\.state) == Array(repeating: .sealed, count: 6))
        #expect(try await vault.codes(deep: true) == [])
    }

    @Test func theRowsOfAPartOfWhichNoneCameAgainAreKeptInTheDay() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try await vault.compact()
        let before = try vault.day()
        try vault.forget(hour: 1)
        let rows = before.parts[1].rows
        for second in 1...rows { try vault.add(#"{"form":"new","s":"\#(second)"}"#, hour: 1, second: second) }
        let summary = try await vault.force()
        #expect(summary.failed.isEmpty)
        #expect(try summary.rewritten == [DamagedVault.hour(1)])
        let day = try vault.day()
        #expect(day.superseded.isEmpty)
        #expect(day.parts[1].rows == 2 * rows)
        #expect(day.parts[1].kept == rows)
        #expect(day.parts[1].absent == [rows..<2 * rows])
        #expect(day.columns.contains("form"))
        #expect(try vault.rows(ofPart: 1).count == day.parts[1].rows)
        #expect(try await vault.codes(deep: true) == [])
        #expect(vault.committedFiles().count == 2)
    }

    /// Which windows are taken again does not depend on whether they were merged; damage is found by whoever reads
    /// first.
    @Test(arguments: [true, false])
    func aDamagedDayIsTakenAgainWhole(verifiesFirst: Bool) async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try await vault.compact()
        let members = try #require(try vault.day().archive?.members)
        try vault.flip(".gz", hour: 0, byte: members[7].offset + members[7].bytes / 2)
        if verifiesFirst {
            #expect(try await vault.codes() == ["member-corrupt"])
            #expect(try vault.status()?.gaps == [DamagedVault.range()])
            let summary = try await vault.backfill()
            #expect(summary.failed.isEmpty && summary.sealed == 1)
        } else {
            try vault.add(#"{"late":"yes"}"#, hour: 5, second: 1800)
            let summary = try await vault.force()
            #expect(summary.failed.isEmpty, "\(summary.failed)")
        }
        #expect(try vault.rows()[0] == vault.served().values.flatMap { $0 }.sorted())
        #expect(try vault.status()?.gaps == [])
        #expect(try await vault.codes(deep: true) == [])
    }

    @Test func whatTheCloudLostOfADamagedDayIsSavedFromItsSoundMembers() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try await vault.compact()
        let before = Set(try vault.rows()[0] ?? [])
        let members = try #require(try vault.day().archive?.members)
        try vault.flip(".gz", hour: 0, byte: members[0].offset + members[0].bytes / 2)
        _ = try await vault.codes()
        for hour in 0..<6 { try vault.forget(hour: hour) }
        let summary = try await vault.backfill()
        #expect(summary.failed.isEmpty, "\(summary)")
        #expect(try vault.day().state == .unproven)
        let after = try #require(try vault.rows()[0])
        #expect(after.count == 48 - members[0].rows && before.isSuperset(of: after))
        #expect(try await vault.codes(deep: true) == [])
    }
}

extension DamagedVault {
    @discardableResult
    func compact(closedUntil: StorageInstant? = nil) async throws -> CompactionReport {
        let locked = try await vault.lock(TaskID(Self.task), wait: .no)
        defer { locked.release() }
        return try locked.compact(closedUntil: closedUntil ?? time("2013-01-02"), tool: "test 1")
    }

    func force() async throws -> BackfillSummary {
        await Backfill(connection: connection).run(
            .init(range: try Self.range(), step: Seconds(3600), isForced: true), tasks: [try TaskID(Self.task)])
    }

    /// The compacted day.
    func day() throws -> Manifest { try manifest(hour: 0) }

    func rows(ofPart index: Int) throws -> [String] {
        let day = try day()
        var found: [String] = []
        let path = try file(day.archive?.file ?? "", hour: 0)
        try ArchiveReader(path: path, facts: try #require(day.archive))
            .forEachMember(in: day.parts[index].members) { found += lines(RowBlock(ndjson: $1)) }
        return found
    }

    func add(_ row: String, hour: Int, second: Int) throws {
        let at = try Self.hour(hour).from.advanced(by: second)
        server.state.withLock { $0.rows.append(.init(at: at, text: row)) }
    }

    func committedFiles() -> [String] {
        folder.allFiles().filter { $0.contains("/vault_date=2013-01-01/") && !$0.contains("lost+found") }
    }
}
