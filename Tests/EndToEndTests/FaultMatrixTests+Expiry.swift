import Foundation
import Records
import Sandbox
import Snapshots
import StorageTime
import Synchronization
import TestSupport
import Testing

/// The same faults at a server that loses rows between any two requests.
extension FaultMatrixTests {
    /// How often, a request, a row expires.
    private static let expiryRate = 0.1

    static var expiringCases: [FaultCase] {
        isFull
            ? FaultCase.all : FaultCase.all.enumerated().filter { ($0.offset + Int(seed % 4)) % 4 == 0 }.map(\.element)
    }

    @Test(arguments: Sampling.some(2, of: expiringCases, unless: isChosen))
    func whatWasEverSealedIsStillThereOnceWhateverExpiredAndFailed(fault: FaultCase) async throws {
        let cells = Self.cells(of: fault).filter { !fault.mayErrAtEdges($0.rhythm) }
        let place = FaultCase.all.firstIndex(of: fault) ?? 0
        for (index, cell) in cells.enumerated() where Self.isFull || index == place / 4 % cells.count {
            try await Self.playExpiring(cell)
        }
    }

    static func playExpiring(_ cell: Cell) async throws {
        let configuration = SandboxConfiguration(tasks: [TaskSpecification(id: HardRows.task)], bounds: cell.convention)
        try await withSandbox(configuration) { baseURL, store in
            store.insert(task: HardRows.task, rows: HardRows.make(seed: seed, isWhole: isFull))
            let vault = try FaultedVault(baseURL: baseURL, store: store, idleTimeout: cell.fault.idleTimeout)
            try await checkExpiring(cell, vault)
        }
    }

    private static func checkExpiring(_ cell: Cell, _ vault: FaultedVault) async throws {
        var vault = vault
        let stored = vault.store.rows(of: HardRows.task)
        letRowsExpire(vault.store, seed: cell.seed)
        vault.store.faults = cell.fault.plan(cell.rhythm, seed: cell.seed)
        var sealed: [[UInt8]: Int] = [:]
        for run in 1...runs {
            let summary = try await vault.backfill(isForced: run > 1)
            for failure in summary.failed {
                let code = code(of: failure.error)
                #expect(cell.fault.codes.contains(code) || code == "unstable", "\(cell), run \(run): \(failure.error)")
            }
            sealed = try compareExpiring(cell, vault, stored, after: sealed, "run \(run)")
        }
        vault.store.onRequest(nil)
        vault.store.faults = FaultPlan()
        vault.store.changePassword(to: "sandbox")
        vault.idleTimeout = FaultedVault.long
        let last = try await vault.backfill(isForced: true)
        #expect(last.failed.isEmpty, "\(cell): \(last.failed)")
        #expect(try await vault.gaps() == [], "\(cell)")
        _ = try compareExpiring(cell, vault, stored, after: sealed, "the clean run")
        let left = vault.store.rows(of: HardRows.task)
        for (window, rows) in try vault.rows() {
            let lacking = HardRows.expected(left, in: window, cell.convention).filter {
                rows[$0.key, default: 0] < $0.value
            }
            #expect(lacking.isEmpty, "\(cell), \(window)")
        }
        let expired = stored.count - left.count
        let statistics = vault.store.statistics
        figures.withLock {
            $0.cells += 1
            $0.expired += expired
            $0.faults += statistics.faults.values.reduce(0, +)
            $0.requests += statistics.requestCount
        }
    }

    /// Nothing that was in the vault is gone, and no row is there more often than it was ever stored in the window.
    private static func compareExpiring(
        _ cell: Cell, _ vault: FaultedVault, _ stored: [StoredRow], after sealed: [[UInt8]: Int], _ said: String
    ) throws -> [[UInt8]: Int] {
        var found: [[UInt8]: Int] = [:]
        for (window, rows) in try vault.rows() {
            let most = HardRows.expected(stored, in: window, cell.convention)
            let doubled = rows.filter { most[$0.key, default: 0] < $0.value }
            #expect(doubled.isEmpty, "\(cell), \(said), \(window)")
            found.merge(rows, uniquingKeysWith: +)
        }
        let lost = sealed.filter { found[$0.key, default: 0] < $0.value }
        #expect(lost.isEmpty, "\(cell), \(said)")
        figures.withLock { $0.rows += found.values.reduce(0, +) }
        return found
    }

    private static func letRowsExpire(_ store: SandboxStore, seed: UInt64) {
        let generator = Mutex(SeededGenerator(seed: seed))
        store.onRequest { [weak store] _ in
            guard let store, let doomed = choose(of: store, generator) else { return }
            let isGone = Mutex(false)
            store.remove(task: HardRows.task) { row in
                isGone.withLock { isGone in
                    guard !isGone, row == doomed else { return false }
                    isGone = true
                    return true
                }
            }
        }
    }

    private static func choose(of store: SandboxStore, _ generator: borrowing Mutex<SeededGenerator>) -> StoredRow? {
        generator.withLock { generator in
            guard Double.random(in: 0..<1, using: &generator) < expiryRate else { return nil }
            return store.rows(of: HardRows.task).randomElement(using: &generator)
        }
    }
}
