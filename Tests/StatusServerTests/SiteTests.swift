import Foundation
import HTTPTypes
import Operations
import TestSupport
import Testing
import Vault

@testable import StatusServer

/// What each path answers.
@Suite struct SiteTests {
    private func text(_ answer: StatusAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test(
        arguments: [
            ("/", 200, "text/html; charset=utf-8"), ("/runs", 200, "text/html; charset=utf-8"),
            ("/runs?job=hourly&page=1", 200, "text/html; charset=utf-8"), ("/runs/1", 200, "text/html; charset=utf-8"),
            ("/tasks/storage-time/weather", 200, "text/html; charset=utf-8"),
            ("/tasks/storage-time/weather?page=3", 200, "text/html; charset=utf-8"),
            ("/tasks/storage-time/sales%20%3Cb%3E", 200, "text/html; charset=utf-8"),
            ("/tasks/storage-time/nobody", 404, "text/html; charset=utf-8"),
            ("/tasks/all/weather", 404, "text/html; charset=utf-8"), ("/runs/99", 404, "text/html; charset=utf-8"),
            ("/runs/x", 404, "text/html; charset=utf-8"), ("/..", 404, "text/html; charset=utf-8"),
            ("/runs/9999999999999999999999", 404, "text/html; charset=utf-8"),
            ("/runs?page=-1", 200, "text/html; charset=utf-8"),
            ("/runs?page=99999999999999999999", 200, "text/html; charset=utf-8"),
            ("/runs/", 308, "text/plain; charset=utf-8"), ("/style.css", 200, "text/css; charset=utf-8"),
            ("/icon.svg", 200, "image/svg+xml"), ("/health/live", 200, "text/plain; charset=utf-8"),
            ("/health/ready", 200, "text/plain; charset=utf-8"),
            ("/metrics", 200, "text/plain; version=0.0.4; charset=utf-8"), ("/api/status", 200, "application/json"),
            ("/api/runs", 200, "application/json"), ("/api", 404, "text/html; charset=utf-8"),
        ])
    func eachPathAnswers(path: String, status: Int, type: String) async throws {
        let answer = try await GeneratedVault.shared().site().answer(path)
        #expect(answer.status.code == status && answer.headers[.contentType] == type)
    }

    /// Follows every link of every page, as a browser resolves it, also under a prefix.
    @Test(arguments: Sampling.quick(1, of: ["", "/a/prefix"]))
    func everyLinkLeadsToAPage(prefix: String) async throws {
        let site = try GeneratedVault.shared().site()
        var waiting = ["/"]
        var seen: Set<String> = []
        while let path = waiting.popLast() {
            guard seen.insert(path).inserted, seen.count < 60 else { continue }
            let answer = await site.answer(path)
            #expect(answer.status == .ok, "\(path)")
            guard answer.kind == .html else { continue }
            let base = try #require(URL(string: "http://h.test\(prefix)\(path)"))
            for address in Markup(text(answer)).addresses where !address.hasPrefix("#") {
                #expect(
                    !address.contains("://") && !address.hasPrefix("/") && !address.hasPrefix("data:"), "\(address)")
                let target = try #require(URL(string: address, relativeTo: base)?.absoluteString)
                #expect(target.hasPrefix("http://h.test\(prefix)/"), "\(path): \(address)")
                waiting.append(String(target.dropFirst("http://h.test\(prefix)".count)))
            }
        }
        #expect(seen.count > 8, "\(seen)")
    }

    @Test func noPageHasAScriptOrAStyleOfItsOwn() async throws {
        let site = try GeneratedVault.shared().site()
        for path in ["/", "/runs", "/runs/1", "/tasks/storage-time/weather", "/nowhere"] {
            let markup = Markup(text(await site.answer(path)))
            #expect(
                !markup.tags.contains { ["script", "style", "iframe", "object", "form"].contains($0.name) }, "\(path)")
            #expect(!markup.tags.contains { $0.attributes.contains { $0.name == "style" || $0.name.hasPrefix("on") } })
            for tag in markup.tags where tag.name == "svg" && tag["aria-hidden"] == nil {
                #expect(tag["role"] == "img", "\(path)")
            }
        }
    }

    @Test func theArraysAreWhatTheCommandsPrint() async throws {
        let site = try GeneratedVault.shared().site()
        let status = try #require(
            try JSONSerialization.jsonObject(with: Data(await site.answer("/api/status").body)) as? [[String: Any]])
        #expect(status.map { $0["task"] as? String } == ["sales <b>", "weather"])
        #expect((status[1]["gaps"] as? [Any])?.count == 1)
        let runs = try #require(
            try JSONSerialization.jsonObject(with: Data(await site.answer("/api/runs").body)) as? [[String: Any]])
        #expect(runs.map { $0["outcome"] as? String } == ["partial", "done", "done"])
    }

    @Test func aVaultThatCannotBeReadIsToldAndNotReady() async throws {
        let vault = try GeneratedVault.small()
        let site = try vault.site()
        try Data("no database".utf8).write(to: URL(fileURLWithPath: vault.vault.catalogPath))
        try? FileManager.default.removeItem(atPath: vault.vault.catalogPath + "-wal")
        #expect(await site.answer("/").status == .serviceUnavailable)
        let ready = await site.answer("/health/ready")
        #expect(ready.status == .serviceUnavailable && text(ready).contains("catalog"))
        #expect(await site.answer("/health/live").status == .ok)
    }

    @Test func aProcessIsReadyOnlyWhileItsSchedulerRuns() async throws {
        let site = try GeneratedVault.shared().site(RunBoard())
        let ready = await site.answer("/health/ready")
        #expect(ready.status == .serviceUnavailable && text(ready) == "the scheduler does not run yet\n")
    }

    @Test func aPageLoadsAgainByItselfOnlyWhileSomethingRuns() async throws {
        let vault = try GeneratedVault.small()
        #expect(!text(try await vault.site().answer("/")).contains("http-equiv=\"refresh\""))
        try vault.addRun("hourly", minutesAgo: 1, outcome: "running")
        let page = text(try await vault.site().answer("/"))
        #expect(page.contains("http-equiv=\"refresh\"") && page.contains("Running now"))
    }
}
