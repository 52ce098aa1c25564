import Catalog
package import Foundation
import HTTPTypes
package import Operations
import Records
import Vault

/// What each path of the site answers.
package struct StatusSite: Sendable {
    private let cache: OverviewCache
    /// The runs of this process; nil where it runs none.
    private let board: RunBoard?
    private let renderer: PageRenderer
    private let front = DrawnPage()
    private let version: String
    private let now: @Sendable () -> Date

    /// The greatest page that is looked for.
    private static let mostPages = 1_000_000
    /// How many runs `/api/runs` tells.
    private static let runsTold = 1000

    /// - Throws: ``Problem`` where a template is wrong.
    package init(
        cache: OverviewCache, board: RunBoard?, version: String, now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        self.cache = cache
        self.board = board
        self.version = version
        self.now = now
        renderer = try PageRenderer()
    }

    /// Reads the vault, so that the first who looks need not wait for it. What goes wrong is told to those who look.
    func prepare() async {
        try? await cache.with { _ in }
    }

    /// - Parameter target: a path and perhaps a query, as it was sent.
    func answer(_ target: String) async -> StatusAnswer {
        let mark = target.firstIndex { $0 == "?" || $0 == "#" } ?? target.endIndex
        let query = Query(target[mark...].dropFirst())
        var parts = target[..<mark].split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        if parts.count > 1, parts.last == "" {
            // Relative links of such an address would lead elsewhere.
            parts.removeLast()
            return redirect(to: parts.last ?? "", target[mark...])
        }
        do {
            return try await answer(parts, query)
        } catch {
            let problem = Problem(error)
            let page = renderer.failure("The vault cannot be read", problem.message, links: max(0, parts.count - 1))
            return StatusAnswer(.html, page, status: .serviceUnavailable)
        }
    }

    private func answer(_ parts: [String], _ query: Query) async throws -> StatusAnswer {
        switch (parts.first ?? "", parts.count) {
        case ("", 1):
            let (board, renderer, front) = (board, renderer, front)
            return StatusAnswer(
                .html,
                try await cache.with { overview in
                    front.body(overview.reading, board?.runs ?? []) {
                        renderer.front(overview, board: board, now: overview.asOf)
                    }
                })
        case ("style.css", 1): return StatusAnswer(.css, StyleSheet.text)
        case ("icon.svg", 1): return StatusAnswer(.svg, StyleSheet.icon)
        case ("tasks", 3): return try await task(parts[1], parts[2], query)
        case ("runs", 1): return try await runs(query)
        case ("runs", 2): return try await run(parts[1])
        case ("health", 2) where parts[1] == "live": return StatusAnswer(.text, "alive\n")
        case ("health", 2) where parts[1] == "ready": return await ready()
        case ("metrics", 1):
            let (version, traffic) = (version, board?.traffic)
            return StatusAnswer(
                .metrics, try await cache.with { VaultMetrics.text($0, version: version, traffic: traffic) })
        case ("api", 2) where parts[1] == "status":
            return StatusAnswer(json: try await cache.with { $0.statusJSON.line })
        case ("api", 2) where parts[1] == "runs":
            let reader = cache.reader
            return StatusAnswer(
                json: try await cache.with { _ in try reader.runsJSON(limit: Self.runsTold).line })
        default: return missing(parts.count)
        }
    }

    private func redirect(to segment: String, _ query: Substring) -> StatusAnswer {
        var answer = StatusAnswer(.text, "The address has no slash at its end.\n", status: .permanentRedirect)
        answer.extra = [(.location, "../\(PageLinks.encoded(PageLinks.decoded(segment)))\(query)")]
        return answer
    }

    private func missing(_ depth: Int) -> StatusAnswer {
        let page = renderer.failure("There is no such page", "The address leads nowhere.", links: max(0, depth - 1))
        return StatusAnswer(.html, page, status: .notFound)
    }

    /// 503 with the reason where the vault cannot be read, and while the scheduler starts and stops.
    private func ready() async -> StatusAnswer {
        if let board, !board.isReady {
            return StatusAnswer(
                .text, board.isStopping ? "the scheduler stops\n" : "the scheduler does not run yet\n",
                status: .serviceUnavailable)
        }
        do {
            let reader = cache.reader
            try await cache.with { _ in _ = try reader.withCatalog { try $0.stamp() } }
            return StatusAnswer(.text, "ready\n")
        } catch {
            return StatusAnswer(.text, "\(Problem(error).message.printable)\n", status: .serviceUnavailable)
        }
    }

    private func task(_ source: String, _ segment: String, _ query: Query) async throws -> StatusAnswer {
        let (board, now, renderer, reader) = (board, now(), renderer, cache.reader)
        let page = page(query)
        let text = try await cache.with { overview -> String? in
            let tasks = overview.tasks.filter {
                $0.status.source.rawValue == source && PageLinks.means(segment, task: $0.status.task)
            }
            guard !tasks.isEmpty else { return nil }
            let parts = try reader.withCatalog { catalog in
                try tasks.prefix(Self.mostHosts).map { ($0, try TaskDetails($0, catalog, page: page)) }
            }
            return renderer.task(parts, page: page, overview: overview, board: board, now: now)
        }
        return text.map { StatusAnswer(.html, $0) } ?? missing(3)
    }

    private static let mostHosts = 8

    private func runs(_ query: Query) async throws -> StatusAnswer {
        let (board, now, renderer, reader) = (board, now(), renderer, cache.reader)
        let (page, job, size) = (page(query), query["job"], PageRenderer.runsOnPage)
        return StatusAnswer(
            .html,
            try await cache.with { overview in
                let runs = try reader.withCatalog {
                    try $0.runs(of: job, offset: (page - 1) * size, limit: size + 1)
                }
                return renderer.runs(
                    Array(runs.prefix(size)), of: job, page: page, hasMore: runs.count > size, overview: overview,
                    board: board, now: now)
            })
    }

    private func run(_ segment: String) async throws -> StatusAnswer {
        guard let id = Int64(segment), id > 0 else { return missing(2) }
        let (board, now, renderer, reader) = (board, now(), renderer, cache.reader)
        let text = try await cache.with { overview -> String? in
            try reader.withCatalog { try $0.run(id) }.map {
                renderer.run($0, overview: overview, board: board, now: now)
            }
        }
        return text.map { StatusAnswer(.html, $0) } ?? missing(2)
    }

    private func page(_ query: Query) -> Int {
        query["page"].flatMap { Int($0) }.map { min(max(1, $0), Self.mostPages) } ?? 1
    }
}

/// The items of a query, decoded; of several of one name the first.
struct Query: Sendable {
    private let items: [String: String]
    /// Room for the longest name there is, encoded.
    private static let longest = 1 << 14

    init(_ text: Substring) {
        var items: [String: String] = [:]
        for pair in text.prefix(Self.longest).split(separator: "&").prefix(16) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.map(String.init), items[name] == nil else { continue }
            let value = parts.count > 1 ? String(parts[1]) : ""
            items[name] = PageLinks.decoded(value.replacing("+", with: " "))
        }
        self.items = items
    }

    subscript(name: String) -> String? { items[name] }
}
