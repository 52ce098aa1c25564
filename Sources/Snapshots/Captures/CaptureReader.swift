import Archive
import OctoparseAPI
import Records
import RowJSON
import Vault

/// Pages through a source that has no windows, under a total that must not move.
///
/// Every page's length follows from the total: one that is shorter or says another total is asked for again, a few
/// times, before the pass is given up. A class for the reason that ``CaptureTaker`` is one.
final class CaptureReader: Sendable {
    private let pages: any PageSource
    private let query: PageQuery
    private let configuration: TakingConfiguration
    private let pause: @Sendable (_ attempt: Int) async throws -> Void
    private let tally: RequestTally

    init(
        pages: any PageSource, query: PageQuery, configuration: TakingConfiguration,
        pause: @escaping @Sendable (_ attempt: Int) async throws -> Void, tally: RequestTally
    ) {
        self.pages = pages
        self.query = query
        self.configuration = configuration
        self.pause = pause
        self.tally = tally
    }

    /// Where a pass begins.
    struct Opening: Sendable {
        let first: Page
        /// Rows a page: as many as asked for, or as the server gives.
        let size: Int

        var total: Int { first.total }
        var pageCount: Int { max(1, (total + size - 1) / size) }
        /// Whether the first answer holds all that its total promises.
        var isWhole: Bool { first.rows.count == total }
    }

    /// Asks for the first page.
    func open(size: Int) async throws -> Opening {
        var size = size
        for attempt in 1...configuration.attempts {
            if attempt > 1 { try await pause(attempt) }
            let page = try await ask(1, size: size)
            if page.rows.count == min(size, page.total) { return try checked(Opening(first: page, size: size)) }
            // The server may give fewer rows a page than asked: then pages are counted by what it gives.
            if page.rows.count > 0 { size = page.rows.count }
        }
        throw unstable("its first page keeps holding fewer rows than its total promises")
    }

    private func checked(_ opening: Opening) throws -> Opening {
        guard opening.pageCount > configuration.mostRequests else { return opening }
        throw SnapshotError(
            .tooMuch,
            "task \(query.task): the server counts \(opening.total) rows and gives \(opening.size) a page, which are "
                + "\(opening.pageCount) pages, and no more than \(configuration.mostRequests) are asked for",
            hint: "if there are so many, take windows of them with `octovault backfill`")
    }

    /// Reads every page, several at a time, and hands what `work` made of each on in their order.
    func read<Value: Sendable>(
        _ opening: Opening, work: @escaping @Sendable (RowBlock) throws -> Value,
        deliver: (Value, _ rows: Int) async throws -> Void
    ) async throws {
        try await deliver(try work(opening.first.rows), opening.first.rows.count)
        var index = 1
        try await OrderedPipeline.run(
            width: configuration.concurrency,
            next: { () -> Int? in
                guard index < opening.pageCount else { return nil }
                index += 1
                return index
            },
            work: { index -> (Value, Int) in
                let rows = try await self.page(index, of: opening)
                return (try work(rows), rows.count)
            },
            deliver: { _, page in try await deliver(page.0, page.1) })
    }

    private func page(_ index: Int, of opening: Opening) async throws -> RowBlock {
        let expected = min(opening.size, opening.total - (index - 1) * opening.size)
        var reason = ""
        for attempt in 1...configuration.attempts {
            if attempt > 1 { try await pause(attempt) }
            let page = try await ask(index, size: opening.size)
            if page.total == opening.total, page.rows.count == expected { return page.rows }
            if page.rows.count < expected { try await checkTotal(page) }
            reason =
                page.total == opening.total
                ? "page \(index) holds \(page.rows.count) rows where its total promises \(expected)"
                : "its total moved from \(opening.total) to \(page.total) between pages"
        }
        throw unstable(reason)
    }

    /// A part of a task whose total is the whole task's cannot be proven.
    private func checkTotal(_ page: Page) async throws {
        guard case .lastExtraction(let task) = query else { return }
        tally.add()
        guard try await pages.page(.all(task: task), index: 1, size: 1).total == page.total else { return }
        throw SnapshotError(
            .totalIsOfTask,
            "task \(task): the server says total \(page.total) for the last extraction, which is the total of the whole "
                + "task, and gives fewer rows",
            hint: "the last extraction cannot be proven on this server; take `--source all` instead")
    }

    private func ask(_ index: Int, size: Int) async throws -> Page {
        tally.add()
        return try await pages.page(query, index: index, size: size)
    }

    func unstable(_ reason: String) -> SnapshotError {
        let source = if case .lastExtraction = query { "last extraction" } else { "capture of all rows" }
        return SnapshotError(
            .unstable, "task \(query.task), \(source): \(reason), after \(configuration.attempts) attempts",
            hint: "nothing was stored; capture the task again when its extraction has come to rest")
    }
}
