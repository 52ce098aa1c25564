import Foundation
import HTTPTypes
import Operations
import Records
import Spelling
import StorageTime
import TestSupport
import Testing

@testable import StatusServer

/// Whatever tasks, jobs and errors are called, they stay text.
@Suite struct HostileNamesTests {
    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "{{link.home}}",
        "{{{pageTitle}}}", "</title></head><body onload=alert(1)>", "<!--", "]]>", "javascript:alert(1)", "&lt;b&gt;",
        "\u{202E}gnp.exe", "a\u{1}b", "\u{1B}[31mred", "..", ".", "a/b\\c", "%2e%2e", "%", "?page=2", "#x", "a b+c",
        "\u{200F}\u{2067}אבג\u{2069}", "\u{202A}\u{202B}x", "\u{200B}", "\u{FEFF}",
        "e" + String(repeating: "\u{301}", count: 500), "\u{7F}\u{9B}31m", "\r\nSet-Cookie: a=b", "a\u{2028}b",
        "\u{1F468}\u{200D}\u{1F469}", "x\\\"y", String(repeating: "☃", count: 1000),
        "ünïcödé ☃ 日本語", String(repeating: "x", count: 3000), " ", "-o", "'; rm -rf ~ #",
        "\"\u{301}><img src=x onerror=alert(1)>", "'\u{301} onmouseover='alert(1)",
        "<\u{338}<\u{200D}script>&\u{20DD}lt;",
        "\\\u{301}\"\u{301}} 1\u{301}\n\u{301}x 2", "`", "``", "a`b'c`d", "\u{200F}``\n\r>\u{2028}\u{301}",
    ]

    private func pages(_ name: String) async throws -> [(path: String, page: StatusAnswer)] {
        let vault = try GeneratedVault()
        try vault.add(name, name: name, hours: 30) { $0 == 5 ? nil : .init() }
        let run = try vault.addRun(name, minutesAgo: 10, outcome: "failed", error: name)
        let site = try vault.site()
        let link = PageLinks(form: .served, depth: 0)
        var pages: [(String, StatusAnswer)] = []
        for path in [
            "/", "/" + link.task(name, .storageTime).dropFirst(2), "/runs", "/runs/\(run)",
            "/runs?job=\(PageLinks.encoded(name))",
        ] {
            pages.append((path, await site.answer(path)))
        }
        return pages
    }

    @Test(arguments: Sampling.some(8, of: hostile))
    func everyNameStaysText(name: String) async throws {
        let plain = try await pages("plain")
        let pages = try await pages(name)
        for (benign, page) in zip(plain, pages) {
            #expect(page.page.status == .ok, "\(page.path)")
            let tags = Markup(String(decoding: page.page.body, as: UTF8.self)).tags
            let wanted = Markup(String(decoding: benign.page.body, as: UTF8.self)).tags
            #expect(tags == wanted, "\(page.path) of \(name.prefix(60))")
            #expect(!page.page.body.contains(0))
            // Nothing turns, hides or moves what stands around it.
            let text = String(decoding: page.page.body, as: UTF8.self)
            #expect(!text.unicodeScalars.contains { $0 != "\n" && Self.moves($0) }, "\(page.path)")
        }
    }

    /// Control characters, and those that only turn or hide others.
    private static func moves(_ scalar: Unicode.Scalar) -> Bool {
        [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }

    /// What Prometheus reads: names, labels in quotes with three escapes, and a number.
    private static func isMetric(_ line: Substring) -> Bool {
        line.wholeMatch(
            of: #/[a-z_]+(\{[a-z_]+="(\\[\\"n]|[^"\\])*"(,[a-z_]+="(\\[\\"n]|[^"\\])*")*\})? -?[0-9.e+]+/#
                .matchingSemantics(.unicodeScalar)) != nil
    }

    @Test(arguments: Sampling.quick(3, of: hostile))
    func metricsOfEveryNameAreALineEach(name: String) throws {
        let vault = try GeneratedVault()
        try vault.add(name, name: name, hours: 3)
        try vault.addRun(name, minutesAgo: 10, outcome: "failed", error: name)
        let text = VaultMetrics.text(try vault.overview(), version: "1", traffic: nil)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.allSatisfy(Self.isMetric), "\(lines.filter { !Self.isMetric($0) })")
        #expect(lines.count { $0.hasPrefix("octovault_task_rows{") } == 1)
    }

    @Test func randomNamesStayTextToo() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "<", ">", "\"", "'", "&", "{{", "}}", "/", "\\", "\u{202E}", "\u{7}", "é", "a", " ", "=", "%", "`",
            "\u{200F}", "\u{2028}", "\r", "\n", "\t", "\u{301}", "\u{FEFF}", "🏳️‍🌈",
            String(repeating: "y", count: 400),
        ]
        let plain = try await pages("plain")
        for _ in 0..<Sampling.quick(2, else: 12) {
            let name = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            .joined()
            for (benign, page) in zip(plain, try await pages(name)) {
                let tags = Markup(String(decoding: page.page.body, as: UTF8.self)).tags
                let wanted = Markup(String(decoding: benign.page.body, as: UTF8.self)).tags
                #expect(page.page.status == .ok && tags == wanted, "seed \(seed): \(page.path) of \(name)")
            }
        }
    }

    @Test(arguments: Sampling.quick(3, of: hostile))
    func everyTaskIsFoundUnderTheAddressOfItsLink(name: String) async throws {
        let vault = try GeneratedVault()
        try vault.add(name, hours: 2)
        try vault.add("other", hours: 2)
        let site = try vault.site()
        let front = Markup(String(decoding: await site.answer("/").body, as: UTF8.self))
        for address in front.addresses where address.hasPrefix("./tasks/") {
            #expect(!address.split(separator: "/").contains { $0 == ".." }, "\(address)")
            #expect(await site.answer(String(address.dropFirst())).status == .ok, "\(address)")
        }
        #expect(front.addresses.count { $0.hasPrefix("./tasks/") } == 2)
    }

    @Test func aCommandToCopyHoldsTheTaskAsOneWord() {
        let hour = StorageInstant(year: 2026, month: 1, day: 1)
        let window = hour.flatMap { try? Window(from: $0, to: $0.advanced(by: 3600)) }
        #expect(
            window.map { TaskOverview.command(filling: $0, of: "it's") }
                == "octovault backfill 'it'\\''s' --from '2026-01-01 00:00:00' --to '2026-01-01 01:00:00'")
        #expect("-o".shellWord == "'-o'" && "b1d5-x".shellWord == "b1d5-x" && "".shellWord == "''")
        #expect(Array("a'\u{301}b".shellWord.utf8) == Array("'a'\\''\u{301}b'".utf8), "whatever stands behind a quote")
    }
}
