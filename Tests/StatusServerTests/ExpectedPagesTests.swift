import Foundation
import Operations
import Testing

@testable import StatusServer

/// Whole pages, as they are to be. `OCTOVAULT_WRITE_PAGES=1` writes them anew, to be looked at before they are kept.
@Suite struct ExpectedPagesTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/pages")

    private func expect(_ text: String, _ name: String) throws {
        let file = Self.folder.appendingPathComponent(name)
        if ProcessInfo.processInfo.environment["OCTOVAULT_WRITE_PAGES"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let wanted = try String(contentsOf: file, encoding: .utf8)
        guard text != wanted else { return }
        let lines = zip(text.split(separator: "\n"), wanted.split(separator: "\n"))
        let first = lines.first { $0 != $1 }
        Issue.record(
            "\(name) is not as expected: \(first.map { "\($0) instead of \($1)" } ?? "it is longer or shorter")")
    }

    @Test(
        arguments: [
            ("front.html", "/"), ("task.html", "/tasks/storage-time/weather"), ("runs.html", "/runs"),
            ("run.html", "/runs/1"), ("missing.html", "/nowhere"),
        ])
    func aPageIsAsExpected(name: String, path: String) async throws {
        let vault = try GeneratedVault.shared()
        // The disk's own room is in no expectation, and it wants attention on a small machine.
        var text = String(decoding: try await vault.site().answer(path).body, as: UTF8.self)
        if name == "front.html" {
            var overview = try vault.overview()
            overview.concerns.removeAll { $0.message.contains("are free") || $0.message.contains("disk") }
            text = try PageRenderer().front(overview, board: nil, now: testNow)
        }
        if name == "missing.html" { text = text.replacing(#/As of <time.*<\/time>/#, with: "As of now") }
        try expect(text, name)
    }

    @Test func anEmptyVaultsPageIsAsExpected() throws {
        try expect(try PageRenderer().front(try GeneratedVault().overview(), board: nil, now: testNow), "empty.html")
    }

    @Test func theMetricsAreAsExpected() throws {
        try expect(
            VaultMetrics.text(try GeneratedVault.shared().overview(), version: "1.2.3", traffic: nil), "metrics.txt")
    }
}
