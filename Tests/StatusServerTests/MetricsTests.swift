import Catalog
import Foundation
import Operations
import Subprocess
import TestSupport
import Testing
import Vault

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// Prometheus' own tool takes the metrics and the rules. It is Debian's package `prometheus`; where it is missing,
/// these tests are passed over.
@Suite(.enabled(if: OtherPrograms.promtool != nil, "promtool is not installed (Debian's package prometheus)"))
struct MetricsTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private func promtool(_ arguments: [String], input: String = "") async throws -> (status: Bool, text: String) {
        let result = try await Subprocess.run(
            .path(FilePath(try #require(OtherPrograms.promtool))), arguments: Arguments(arguments),
            input: .string(input),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return (result.terminationStatus.isSuccess, result.standardOutput + result.standardError)
    }

    @Test func promtoolFindsNothingWrongWithTheMetrics() async throws {
        let vault = try GeneratedVault.small()
        try vault.addCapture("captured")
        try vault.add("we\"ird\\ta\nsk", name: "\u{202E}<b>", hours: 3)
        try vault.vault.catalog.add(3, to: .missedFirings, of: "hourly")
        var overview = try vault.overview()
        overview.copies = [CopyStatus(remote: "b2:bucket", behind: 3, lastSuccess: testNow)]
        var traffic = RunBoard.Traffic()
        traffic.requests = ["default": ["ok": 10, "failed": 1]]
        traffic.retries = ["default": 1]
        for text in [
            VaultMetrics.text(overview, version: "1.2.3", traffic: traffic),
            VaultMetrics.text(try GeneratedVault().overview(), version: "1", traffic: nil),
        ] {
            let checked = try await promtool(["check", "metrics"], input: text)
            #expect(checked.status && checked.text == "", "\(checked.text)\n\(text)")
        }
    }

    @Test func promtoolTakesTheAlertsAndTheyFireWhenTheyShould() async throws {
        let folder = "\(Self.repository)/contrib/grafana"
        let checked = try await promtool(["check", "rules", "\(folder)/alerts.yml"])
        #expect(checked.status, "\(checked.text)")
        let tested = try await promtool(["test", "rules", "\(folder)/alerts.test.yml"])
        #expect(tested.status, "\(tested.text)")
    }
}

/// The dashboard and the alerts speak of the metrics that there are, and of no others.
@Suite struct MetricNamesTests {
    @Test func theDashboardAndTheAlertsNameMetricsThatThereAre() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("contrib/grafana")
        var overview = try GeneratedVault.small().overview()
        overview.copies = [CopyStatus(remote: "r", behind: 0, lastSuccess: testNow)]
        var traffic = RunBoard.Traffic()
        traffic.requests = ["default": [:]]
        traffic.retries = ["default": 0]
        let text = VaultMetrics.text(overview, version: "1", traffic: traffic)
        let names = Set(text.matches(of: #/# TYPE (octovault_[a-z_]+)/#).map { String($0.1) })
        #expect(names.count == 22)
        var used: Set<String> = []
        for file in ["octovault.json", "alerts.yml"] {
            let content = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            let found = Set(content.matches(of: #/octovault_[a-z_]+/#).map { String($0.0) })
            #expect(!found.isEmpty && found.subtracting(names).isEmpty, "\(file): \(found.subtracting(names))")
            if file == "octovault.json" { used = found }
        }
        #expect(names.subtracting(used).isEmpty, "not on the dashboard: \(names.subtracting(used).sorted())")
    }
}
