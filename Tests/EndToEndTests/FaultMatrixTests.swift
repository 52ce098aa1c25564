import Archive
import Foundation
import OctoparseAPI
import Records
import Sandbox
import Snapshots
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

/// Each fault, in several rhythms and the three interval conventions, over rows that are hard to back up.
///
/// Each fault is played in one convention and one rhythm, all of them in turn; what a server does to intervals and
/// counts in every convention. `OCTOVAULT_MATRIX=wide` plays every fault in every convention, `full` every rhythm and
/// every hostile cell as well. `OCTOVAULT_MATRIX_SEED` sets the seed, which is printed, and `OCTOVAULT_MATRIX_FAULT`
/// plays one kind of fault alone. Without either, the tests play a share of the faults, each another one.
@Suite(.fewAtATime, .timeLimit(.minutes(60))) struct FaultMatrixTests {
    static let environment = ProcessInfo.processInfo.environment
    static let isFull = environment["OCTOVAULT_MATRIX"] == "full"
    /// Whether a matrix or a fault was asked for by name, so that a share of the faults will not do.
    static let isChosen = environment["OCTOVAULT_MATRIX"] != nil || environment["OCTOVAULT_MATRIX_FAULT"] != nil
    static let isWide = isFull || environment["OCTOVAULT_MATRIX"] == "wide"
    static let seed =
        environment["OCTOVAULT_MATRIX_SEED"].flatMap(UInt64.init) ?? (isFull ? UInt64.random(in: 1...UInt64.max) : 2013)
    static let conventions: [IntervalConvention] = [.closed, .halfOpen, .leftOpen]
    static let runs = 3

    /// A fault under one convention, in one rhythm.
    struct Cell: Sendable, CustomStringConvertible {
        let fault: FaultCase
        let convention: IntervalConvention
        let rhythm: FaultCase.Rhythm
        let seed: UInt64

        var description: String {
            "\(fault), \(rhythm.rawValue), \(convention.rawValue), seed \(FaultMatrixTests.seed)"
        }
    }

    /// What all cells came to so far.
    struct Figures: Sendable {
        var cells = 0, faults = 0, requests = 0, rows = 0, expired = 0, failures = 0, edgeErrors = 0
        /// The most requests of a run and of a window, as multiples of those without a fault.
        var worstRun = 0.0, worstWindow = 0.0
    }
    static let figures = Mutex(Figures())

    static func cells(of fault: FaultCase) -> [Cell] {
        let place = FaultCase.all.firstIndex(of: fault) ?? 0
        let rhythms = FaultCase.Rhythm.allCases
        return conventions.enumerated().flatMap { index, convention -> [Cell] in
            guard isWide || fault.isAboutIntervals || index == place % conventions.count else { return [] }
            let chosen = isFull ? rhythms : [rhythms[(place + index + Int(seed % 4)) % rhythms.count]]
            return chosen.map { Cell(fault: fault, convention: convention, rhythm: $0, seed: seed &+ UInt64(place)) }
        }
    }

    @Test(arguments: Sampling.some(5, of: FaultCase.all, unless: isChosen))
    func restoredRowsAreTheServersWhateverFailedMeanwhile(fault: FaultCase) async throws {
        for cell in Self.cells(of: fault) { try await Self.playFixed(cell) }
        let figures = Self.figures.withLock { $0 }
        print("matrix: \(fault), seed \(Self.seed); so far \(figures)")
    }

    static func playFixed(_ cell: Cell) async throws {
        let configuration = SandboxConfiguration(tasks: [TaskSpecification(id: HardRows.task)], bounds: cell.convention)
        try await withSandbox(configuration) { baseURL, store in
            store.insert(task: HardRows.task, rows: HardRows.make(seed: seed, isWhole: isFull))
            let vault = try FaultedVault(baseURL: baseURL, store: store, idleTimeout: cell.fault.idleTimeout)
            try await check(cell, vault)
        }
    }

    private static func check(_ cell: Cell, _ vault: FaultedVault) async throws {
        var vault = vault
        let served = vault.store.rows(of: HardRows.task)
        let usual = try await Usual.requests(cell.convention, pageSize: cell.fault.pageSize)
        vault.store.faults = cell.fault.plan(cell.rhythm, seed: cell.seed)
        var codes: Set<String> = []
        for run in 1...runs {
            vault.store.resetStatistics()
            let summary = try await vault.backfill()
            for failure in summary.failed {
                let code = code(of: failure.error)
                codes.insert(code)
                #expect(cell.fault.codes.contains(code), "\(cell), run \(run): \(failure.error)")
            }
            if summary.failed.isEmpty == false, cell.fault.isHarmless(cell.rhythm) {
                Issue.record("\(cell), run \(run) failed: \(summary.failed)")
            }
            count(cell, vault, usual, failures: summary.failed.count)
            try compare(
                cell, vault, served, "run \(run)", mayErrAtEdges: cell.fault.mayErrAtEdges(cell.rhythm))
        }
        if cell.rhythm == .always, cell.fault.isFatal { #expect(!codes.isEmpty, "\(cell)") }
        if cell.rhythm == .always, let name = cell.fault.nameOfLie {
            #expect(codes.contains(name), "\(cell): \(codes)")
        }

        vault.store.faults = FaultPlan()
        vault.store.changePassword(to: "sandbox")
        vault.idleTimeout = FaultedVault.long
        vault.store.resetStatistics()
        let last = try await vault.backfill()
        #expect(last.failed.isEmpty, "\(cell): \(last.failed)")
        #expect(try await vault.gaps() == [], "\(cell)")
        try compare(
            cell, vault, served, "the clean run", mayErrAtEdges: cell.fault.mayErrAtEdges(cell.rhythm))
        try await checkWhole(cell, vault, served)
    }

    /// In the end what is restored is what the server holds, and every byte in the vault is sound.
    static func checkWhole(_ cell: Cell, _ vault: FaultedVault, _ served: [StoredRow]) async throws {
        let restored = try await vault.restored()
        let expected = HardRows.expected(served, in: HardRows.range, cell.convention)
        if !cell.fault.mayErrAtEdges(cell.rhythm) {
            #expect(restored == expected, "\(cell), restored: \(difference(restored, expected))")
        }
        var options = VerifyOptions()
        options.isDeep = true
        #expect(try await vault.vault.verify(options: options).damaged.isEmpty, "\(cell)")
        #expect(vault.folder.allFiles().filter { $0.hasSuffix(".partial") } == [], "\(cell)")
        figures.withLock { $0.cells += 1 }
    }

    /// Whatever is in the vault is what the server holds, window by window.
    ///
    /// - Parameter mayErrAtEdges: whether rows stored exactly at a window's edges may be missing, or there beside their
    ///   own window.
    static func compare(
        _ cell: Cell, _ vault: FaultedVault, _ served: [StoredRow], _ said: String, mayErrAtEdges: Bool = false
    ) throws {
        for (window, rows) in try vault.rows() {
            let expected = HardRows.expected(served, in: window, cell.convention)
            figures.withLock { $0.rows += rows.values.reduce(0, +) }
            if rows == expected { continue }
            if mayErrAtEdges {
                let edges = [StoredTime(window.from), StoredTime(window.to)]
                let inner = HardRows.expected(served.filter { !edges.contains($0.time) }, in: window, cell.convention)
                let atEdges = served.filter { edges.contains($0.time) }.reduce(into: [:]) {
                    $0[$1.bytes, default: 0] += 1
                }
                let isWithin =
                    inner.allSatisfy { rows[$0.key, default: 0] >= $0.value }
                    && rows.allSatisfy { $0.value <= inner[$0.key, default: 0] + atEdges[$0.key, default: 0] }
                figures.withLock { $0.edgeErrors += 1 }
                #expect(isWithin, "\(cell), \(said), \(window): \(difference(rows, expected))")
            } else {
                Issue.record(
                    "\(cell), \(said), \(window): \(difference(rows, expected))\n\(requests(about: window, vault))")
            }
        }
    }

    private static func difference(_ rows: [[UInt8]: Int], _ expected: [[UInt8]: Int]) -> String {
        let changed = Set(rows.keys).union(expected.keys).filter { rows[$0] != expected[$0] }
        return changed.prefix(4).map { row in
            "\(String(decoding: row.prefix(60), as: UTF8.self)): \(rows[row] ?? 0), not \(expected[row] ?? 0)"
        }.joined(separator: "; ")
    }

    /// What was asked of a window in the last run, and which answers were faulty.
    private static func requests(about window: Window, _ vault: FaultedVault) -> String {
        let (start, end) = (window.from.description, window.to.description)
        return vault.store.log.filter { $0.from ?? "9" <= end && $0.to ?? "0" >= start }.map { request in
            let page = "page \(request.pageIndex ?? 1) of \(request.pageSize ?? 0)"
            return
                "\(request.number): \(request.from ?? "") to \(request.to ?? ""), \(page) \(request.fault?.rawValue ?? "")"
        }.joined(separator: "\n")
    }

    /// Counts what a run asked for, and holds it against what it asks for where nothing fails.
    private static func count(_ cell: Cell, _ vault: FaultedVault, _ usual: Usual, failures: Int) {
        let statistics = vault.store.statistics
        let run = Double(statistics.requestCount) / Double(usual.all)
        #expect(run <= 10, "\(cell): \(statistics.requestCount) requests, \(usual.all) without faults")
        var worst = 0.0
        for (window, count) in vault.requestsByWindow() {
            // An answer, its edge and a closing count: the least that a window costs on its own.
            let bound = cell.fault.inflatesTotals ? usual.all : max(usual.byWindow[window] ?? 0, 3)
            let share = Double(count) / Double(bound)
            worst = max(worst, share)
            #expect(
                share <= 10, "\(cell): \(count) requests for \(window), \(usual.byWindow[window] ?? 0) without faults")
        }
        figures.withLock {
            $0.faults += statistics.faults.values.reduce(0, +)
            $0.requests += statistics.requestCount
            $0.failures += failures
            $0.worstRun = max($0.worstRun, run)
            $0.worstWindow = max($0.worstWindow, worst)
        }
    }

    /// The error's code, where its type has a closed list of them.
    static func code(of error: any Error) -> String {
        switch error {
        case let error as APIError: error.code.rawValue
        case let error as SnapshotError: error.code.rawValue
        case let error as VaultError: "vault: \(error.code.rawValue)"
        case let error as ArchiveError: "archive: \(error.code.rawValue)"
        default: "no closed type: \(type(of: error))"
        }
    }
}

/// What a run asks for where nothing fails.
struct Usual: Sendable {
    let all: Int
    let byWindow: [Window: Int]

    private struct Setting: Hashable {
        let convention: IntervalConvention
        let pageSize: Int
    }
    private static let cache = Mutex<[Setting: Task<Usual, any Error>]>([:])

    static func requests(_ convention: IntervalConvention, pageSize: Int) async throws -> Usual {
        let setting = Setting(convention: convention, pageSize: pageSize)
        let task = cache.withLock { cache in
            if let task = cache[setting] { return task }
            let task = Task { try await measure(setting) }
            cache[setting] = task
            return task
        }
        return try await task.value
    }

    private static func measure(_ setting: Setting) async throws -> Usual {
        let configuration = SandboxConfiguration(
            tasks: [TaskSpecification(id: HardRows.task)], bounds: setting.convention)
        return try await withSandbox(configuration) { baseURL, store in
            let isWhole = FaultMatrixTests.isFull
            store.insert(task: HardRows.task, rows: HardRows.make(seed: FaultMatrixTests.seed, isWhole: isWhole))
            let vault = try FaultedVault(baseURL: baseURL, store: store, pageSize: setting.pageSize)
            let summary = try await vault.backfill()
            #expect(summary.failed.isEmpty, "\(summary.failed)")
            let usual = Usual(all: store.statistics.requestCount, byWindow: vault.requestsByWindow())
            print("matrix: without faults \(setting) \(usual.all) \(usual.byWindow.values.sorted())")
            return usual
        }
    }
}
