import Foundation
import Secrets
import Testing

@testable import Jobs

/// What `notify:` and `metrics_file:` take, and what is wrong with all else.
@Suite struct NotifyTests {
    private func load(_ text: String, secrets: SecretRegistry = SecretRegistry()) async throws -> JobSet {
        try await Fixture.withFolder { folder in
            try Fixture.write("tasks: [t]\nschedule: '@hourly'\n\(text)\n", to: "\(folder)/a.yaml")
            return try JobSet.load(
                path: folder, environment: ["OCTOPARSE_USERNAME": "u", "OCTOPARSE_PASSWORD": "p"], secrets: secrets)
        }
    }

    private static let everyone = """
        notify:
          failure: https://a.test/failure-0123456789
          recovery: https://a.test/recovery-0123456789
          after_failures: 3
          services:
            - healthchecks: https://h.test/0123456789abc
            - ntfy: https://n.test/topic-0123456789
            - slack: https://s.test/services/0123456789
            - uptime_kuma: https://k.test/api/push/0123456789
            - apprise: ["mailto://user:secret-word@m.test", "tgram://0123456789/chat"]
        metrics_file: /var/lib/node/octovault.prom
        """

    @Test func everyServiceIsRead() async throws {
        let job = try #require(try await load(Self.everyone).jobs.first)
        #expect(job.notify.afterFailures == 3 && job.notify.recovery?.host == "a.test")
        #expect(
            job.notify.services.map(\.kind) == ["healthchecks", "ntfy", "slack", "uptime_kuma", "apprise"])
        #expect(job.metricsFile == "/var/lib/node/octovault.prom")
        guard case .apprise(let urls) = job.notify.services.last else {
            Issue.record("the last is not apprise")
            return
        }
        #expect(urls.map(\.description) == ["mailto://***", "tgram://***"])
        let plain = try #require(try await load("").jobs.first)
        #expect(plain.notify.afterFailures == 1 && plain.notify.services.isEmpty && plain.metricsFile == nil)
    }

    @Test func whatIsShownAndWhatIsMaskedHoldsNoSecret() async throws {
        let secrets = SecretRegistry()
        let set = try await load(Self.everyone, secrets: secrets)
        for secret in ["0123456789", "secret-word"] {
            #expect(!set.effective.yaml.contains(secret) && !set.effective.json.contains(secret))
        }
        #expect(set.effective.yaml.contains("apprise: [\"mailto://***\", \"tgram://***\"]"), "\(set.effective.yaml)")
        #expect(set.effective.yaml.contains("after_failures: 3"))
        #expect(secrets.mask("at mailto://user:secret-word@m.test") == "at [secret]")
        #expect(secrets.mask("GET /topic-0123456789") == "GET [secret]")
    }

    @Test(
        arguments: [
            ("notify: {services: []}", "notify.services"),
            ("notify: {services: {ntfy: 'https://n.test'}}", "notify.services"),
            ("notify: {services: [{}]}", "notify.services[0]"),
            ("notify: {services: [pager: 'https://n.test']}", "notify.services[0].pager"),
            ("notify: {services: [{ntfy: 'https://n.test', slack: 'https://s.test'}]}", "notify.services[0]"),
            ("notify: {services: [ntfy: 'ftp://n.test']}", "notify.services[0].ntfy"),
            ("notify: {services: [apprise: 'mailto://x']}", "notify.services[0].apprise"),
            ("notify: {services: [apprise: [nonsense]]}", "notify.services[0].apprise[0]"),
            ("notify: {services: [apprise: [\"a://b c\"]]}", "notify.services[0].apprise[0]"),
            ("notify: {services: [apprise: [\"json://x\\nmailto://y\"]]}", "notify.services[0].apprise[0]"),
            ("notify: {after_failures: 0}", "notify.after_failures"),
            ("notify: {after_failures: many}", "notify.after_failures"),
            ("notify: {recovery: here}", "notify.recovery"), ("metrics_file: ''", "metrics_file"),
            ("metrics_file: /a/folder/", "metrics_file"), ("metrics_file: [a]", "metrics_file"),
        ])
    func whatIsWrongIsNamedByItsKey(text: String, key: String) async throws {
        do {
            _ = try await load(text)
            Issue.record("\(text) was taken")
        } catch let error as JobFilesError {
            #expect(error.problems.contains { $0.key == key }, "\(error.problems)")
        }
    }
}
