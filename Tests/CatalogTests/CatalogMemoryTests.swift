import CSQLite
import Foundation
import GRDB
import StorageTime
import TestSupport
import Testing

@testable import Catalog

/// A scheduler is left running for years, and its catalog grows all the while.
@Suite struct CatalogMemoryTests {
    /// Bytes of the file's pages that the connection holds in memory.
    private func cached(_ catalog: SnapshotCatalog) throws -> Int {
        try catalog.database.unsafeRead { database in
            var (now, highest) = (Int32(0), Int32(0))
            let status = sqlite3_db_status(database.sqliteConnection, SQLITE_DBSTATUS_CACHE_USED, &now, &highest, 0)
            #expect(status == SQLITE_OK)
            return Int(now)
        }
    }

    @Test func theEndOfARunLetsGoOfWhatTheRunRead() throws {
        let scratch = try Scratch()
        let catalog = try scratch.open()
        let runs = Sampling.quick(1, else: 4)
        for run in 0..<runs {
            try catalog.apply(change(try (run * 1000..<(run + 1) * 1000).map { snapshot(try hours($0, $0 + 1)) }))
            _ = try catalog.snapshots()
            #expect(try cached(catalog) > 200_000)
            var record = RunRecord(job: "j", scheduledAt: testNow, startedAt: testNow)
            record.finishedAt = testNow
            record.outcome = "done"
            record.rows = 1
            try catalog.recordEnd(record)
            #expect(try cached(catalog) < 100_000, "after run \(run)")
        }
        #expect(try catalog.snapshots().count == runs * 1000)
    }
}
