import Foundation
import Logging
import Operations
import Subprocess
import TestSupport
import Testing

@testable import StatusServer

/// A real browser opens every kind of page. It is Debian's package `chromium`; where it is missing, these tests are
/// passed over.
@Suite(
    .enabled(if: OtherPrograms.browser != nil, "chromium is not installed (Debian's package chromium)"), .fewAtATime)
struct BrowserTests {
    private struct Seen {
        /// What the browser logged, a line an event.
        var log: String
        /// The document as the browser took it.
        var document: String
    }

    private func open(_ address: String, width: Int, dark: Bool, scripts: Bool) async throws -> Seen {
        let folder = try TemporaryFolder()
        var arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--user-data-dir=\(folder.path)/profile",
            "--enable-logging=stderr", "--v=0", "--log-net-log=\(folder.path)/net.json", "--window-size=\(width),900",
            "--virtual-time-budget=2000",
        ]
        if dark { arguments.append("--blink-settings=preferredColorScheme=0") }
        if !scripts {
            let preferences = "\(folder.path)/profile/Default"
            try FileManager.default.createDirectory(atPath: preferences, withIntermediateDirectories: true)
            let text = #"{"profile":{"default_content_setting_values":{"javascript":2}}}"#
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(preferences)/Preferences"))
        }
        let result = try await Subprocess.run(
            // A browser that hangs is ended after minutes, on however busy a machine: its page is then empty.
            .name("timeout"),
            arguments: Arguments(
                ["--kill-after=10", "300", try #require(OtherPrograms.browser)] + arguments + ["--dump-dom", address]),
            environment: .inherit.updating(["HOME": folder.path]), output: .string(limit: 16 << 20),
            error: .string(limit: 16 << 20))
        let net = (try? String(contentsOfFile: "\(folder.path)/net.json", encoding: .utf8)) ?? ""
        return Seen(log: result.standardError + net, document: result.standardOutput)
    }

    @Test(
        arguments: Sampling.some(
            1, of: [(1200, false, true), (360, true, true), (1200, true, false), (360, false, false)], draw: 1))
    func everyKindOfPageOpensWithoutAnErrorOrARequestElsewhere(width: Int, dark: Bool, scripts: Bool) async throws {
        let vault = try GeneratedVault.shared()
        try await withServer(try vault.site()) { address in
            for path in Sampling.quick(2, of: ["", "runs", "runs/1", "tasks/storage-time/weather", "nowhere"]) {
                let seen = try await open(address + path, width: width, dark: dark, scripts: scripts)
                #expect(seen.document.contains("</footer>"), "\(path): \(seen.log.suffix(2000))")
                #expect(
                    !seen.log.contains("CONSOLE"),
                    "\(path): \(seen.log.split(separator: "\n").filter { $0.contains("CONSOLE") })")
                let asked = Set(seen.log.matches(of: #/"url":"(https?:[^"]*)"/#).map { String($0.1) })
                #expect(asked.contains(address + "style.css"), "\(path): \(asked)")
                // What the browser asks its maker is none of the page's, and has another initiator.
                let byPage = seen.log.matches(of: #/"initiator":"(http:[^"]*)"[^\n]*?"url":"([^"]*)"/#)
                    .filter { address.hasPrefix($0.1) }.map { String($0.2) }
                #expect(!byPage.isEmpty && byPage.allSatisfy { $0.hasPrefix(address) }, "\(path): \(byPage)")
            }
        }
    }

    /// Serves on a free port of loopback while `body` runs.
    private func withServer(_ site: StatusSite, _ body: (String) async throws -> Void) async throws {
        let (addresses, sender) = AsyncStream<String>.makeStream()
        let configuration = try ServerConfiguration(address: ListenAddress("127.0.0.1:0"), version: "1")
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = PageServer(configuration, site: site, logger: logger) { sender.yield($0) }
        let task = Task { try await server.run() }
        defer { task.cancel() }
        var iterator = addresses.makeAsyncIterator()
        try await body(try #require(await iterator.next()))
    }
}
