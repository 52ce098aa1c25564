import Archive
import Catalog
package import Foundation
package import Operations
import Records
import Vault

/// The site as files, for any web server: the same pages, each an `index.html` in the folder of its path.
package struct PageFiles {
    private let reader: OverviewReader
    private let version: String

    /// How many runs get a page.
    package static let runs = 200

    package init(reader: OverviewReader, version: String) {
        self.reader = reader
        self.version = version
    }

    /// Writes all of them, each whole or not at all; files of tasks and runs that are no more stay.
    ///
    /// - Returns: how many were written.
    /// - Throws: ``Problem`` with status `cannotWrite`, and where the vault cannot be read.
    package func write(to folder: String, now: Date) throws -> Int {
        let renderer = try PageRenderer()
        let overview = try reader.overview()
        var written = 0
        func write(_ text: String, _ path: [String]) throws {
            let parent = ([folder] + path.dropLast()).joined(separator: "/")
            do {
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            } catch {
                throw Problem(
                    .cannotWrite, code: "cannot-write", "cannot make the folder \(parent)",
                    hint: "name a folder that can be written with -o")
            }
            try WholeFile.write(text, to: ([folder] + path).joined(separator: "/"))
            written += 1
        }
        try write(StyleSheet.text, ["style.css"])
        try write(StyleSheet.icon, ["icon.svg"])
        for group in Dictionary(grouping: overview.tasks, by: { [$0.status.source.rawValue, $0.status.task] }).values {
            guard let first = group.first, let id = try? TaskID(first.status.task) else { continue }
            let parts = try reader.withCatalog { catalog in
                try group.map { ($0, try TaskDetails($0, catalog, page: 1)) }
            }
            let page = renderer.task(parts, page: 1, overview: overview, board: nil, now: now, asFiles: true)
            try write(page, ["tasks", first.status.source.rawValue, id.folderName, "index.html"])
        }
        let runs = try reader.withCatalog { try $0.runs(of: nil, offset: 0, limit: Self.runs) }
        for run in runs {
            guard let id = run.id else { continue }
            let page = renderer.run(run, overview: overview, board: nil, now: now, asFiles: true)
            try write(page, ["runs", String(id), "index.html"])
        }
        try write(
            renderer.runs(
                runs, of: nil, page: 1, hasMore: false, overview: overview, board: nil, now: now, asFiles: true),
            ["runs", "index.html"])
        try write(VaultMetrics.text(overview, version: version, traffic: nil), ["metrics"])
        try write(String(decoding: overview.statusJSON.line, as: UTF8.self) + "\n", ["api", "status"])
        try write(String(decoding: try reader.runsJSON(limit: 1000).line, as: UTF8.self) + "\n", ["api", "runs"])
        // The front page last: what it leads to is there.
        try write(renderer.front(overview, board: nil, now: now, asFiles: true), ["index.html"])
        return written
    }
}
