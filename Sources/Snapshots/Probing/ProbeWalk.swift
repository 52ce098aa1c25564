import Foundation
import OctoparseAPI
import Records
import RowJSON
import StorageTime

/// One probe under way: asks, and notes every answer.
struct ProbeWalk: Sendable {
    let pages: any PageSource
    let request: Probe.Request
    let now: Date
    var observations = ProbeObservations()

    /// No more requests may be made.
    struct SpentRequests: Error {}

    /// Rows asked for where their order is looked at.
    static let pageSize = 100

    init(pages: any PageSource, request: Probe.Request, now: Date) {
        self.pages = pages
        self.request = request
        self.now = now
    }

    mutating func run() async throws {
        let future = StorageInstant.farFuture
        let far = try await count(.farFuture, future, future.advanced(by: 1))
        let total = try await countTask()
        guard total > 0, far.total == 0, far.rows.isEmpty else { return }
        guard let place = try await search(total: total) else { return }
        try await look(at: place)
        try await repeatPage(beside: place)
    }

    /// A second between two instants in which rows are, or an instant at which they are.
    enum Place {
        case cell(StorageInstant)
        case edge(StorageInstant)
    }

    // MARK: Edges

    private mutating func look(at place: Place) async throws {
        switch place {
        case .cell(let start): observations.edges = [start, start.advanced(by: 1)]
        case .edge(let edge): observations.edges = [edge]
        }
        for edge in observations.edges {
            let (before, after) = (edge.advanced(by: -1), edge.advanced(by: 1))
            try await countInstant(edge)
            for (from, to) in [(before, edge), (edge, after), (before, after)] {
                try await countOnce(from, to)
            }
        }
        // Shows whether all rows of a second are at its ends.
        if case .edge(let edge) = place { try await countInstant(edge.advanced(by: 1)) }
    }

    private mutating func countInstant(_ instant: StorageInstant) async throws {
        guard observations.refusal == nil else { return }
        do {
            try await count(.edges, instant, instant)
        } catch let error as APIError where error.code == .unexpected {
            observations.refusal = error.message
            observations.evidence.append(
                .init(step: .edges, from: instant, to: instant, total: nil, rows: 0, size: 1))
        }
    }

    private mutating func countOnce(_ from: StorageInstant, _ to: StorageInstant) async throws {
        guard observations.evidence.last(where: { $0.step == .edges && $0.from == from && $0.to == to }) == nil else {
            return
        }
        try await count(.edges, from, to)
    }

    // MARK: Order

    private mutating func repeatPage(beside place: Place) async throws {
        let cell: StorageInstant =
            switch place {
            case .cell(let start): start
            case .edge(let edge):
                observations.total(edge, edge.advanced(by: 1)) ?? 0 > 0 ? edge : edge.advanced(by: -1)
            }
        let ends = (cell, cell.advanced(by: 1))
        let areTies = observations.total(ends.0, ends.1) ?? 0 > 1
        var pages: [[[UInt8]]] = []
        var totals: [Int] = []
        for _ in 0..<2 {
            let page =
                areTies
                ? try await ask(.order, .storageTime(task: request.task, from: ends.0, to: ends.1), size: Self.pageSize)
                : try await ask(.order, .all(task: request.task), size: Self.pageSize)
            var rows: [[UInt8]] = []
            page.rows.forEachRow { rows.append(Array($0)) }
            pages.append(rows)
            totals.append(page.total)
        }
        observations.repetition = .init(
            first: pages[0], second: pages[1], areTies: areTies, hasMoved: totals[0] != totals[1])
        // Whether rows came in meanwhile: else the pages have told.
        if areTies { _ = try await countTask() }
    }

    // MARK: Questions

    private mutating func countTask() async throws -> Int {
        try await ask(.task, .all(task: request.task), size: 1).total
    }

    @discardableResult
    mutating func count(
        _ step: ProbeObservations.Evidence.Step, _ from: StorageInstant, _ to: StorageInstant
    ) async throws -> Page {
        try await ask(step, .storageTime(task: request.task, from: from, to: to), size: 1)
    }

    private mutating func ask(
        _ step: ProbeObservations.Evidence.Step, _ query: PageQuery, size: Int
    ) async throws -> Page {
        guard observations.requests < request.requests else { throw SpentRequests() }
        let page = try await pages.page(query, index: 1, size: size)
        if observations.serverDate == nil { observations.serverDate = page.serverDate }
        var ends: (StorageInstant?, StorageInstant?) = (nil, nil)
        if case .storageTime(_, let from, let to) = query { ends = (from, to) }
        observations.evidence.append(
            .init(step: step, from: ends.0, to: ends.1, total: page.total, rows: page.rows.count, size: size))
        return page
    }
}
