import HTTPTypes
import Testing

@testable import Sandbox

/// Rows are for programs on this machine, and not for web pages that its browser shows.
@Suite struct HostGuardTests {
    private static let rows = "/__sandbox/rows?task=t"

    @Test(arguments: [
        "127.0.0.1", "127.0.0.1:80", "127.9.8.7:1", "localhost", "LocalHost:9", "localhost.", "[::1]", "[::1]:8443",
    ])
    func loopbackNamesAreServed(host: String) async throws {
        try await withSandbox(emptyTask()) { url, _ in
            let visitor = try Visitor(url)
            #expect(await visitor.raw(Self.rows, closes: true, host: host).status == 200)
            let origin = "Origin: http://\(host)"
            #expect(await visitor.raw(Self.rows, closes: true, host: host, headers: [origin]).status == 200)
        }
    }

    @Test(arguments: [
        "evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "127.0.0.1@evil.example",
        "evil.example@127.0.0.1", "1270.0.0.1", "128.0.0.1", "0.0.0.0", "10.0.0.1", "[::2]", "127.0.0.1, evil.example",
        "127.1", "localhost:80:90", "2130706433",
    ])
    func otherNamesAreRefusedEverywhere(host: String) async throws {
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try Visitor(url)
            for path in [Self.rows, "/__sandbox/faults", "/api/taskgroup", "/token", "/"] {
                #expect(await visitor.raw(path, closes: true, host: host).status == 421, "\(path)")
            }
            #expect(store.statistics.requestCount == 0)
        }
    }

    @Test(arguments: [
        "https://evil.example", "null", "http://evil.example:80", "file://", "http://127.0.0.1.evil.example",
    ])
    func pagesFromElsewhereAreRefused(origin: String) async throws {
        try await withSandbox(emptyTask()) { url, _ in
            let visitor = try Visitor(url)
            for path in [Self.rows, "/api/taskgroup"] {
                #expect(await visitor.raw(path, closes: true, headers: ["Origin: \(origin)"]).status == 403, "\(path)")
            }
        }
    }

    @Test func anotherNameCanBeAllowed() async throws {
        var configuration = emptyTask()
        configuration.hosts = ["Data.Example"]
        try await withSandbox(configuration) { url, _ in
            let visitor = try Visitor(url)
            #expect(await visitor.raw(Self.rows, closes: true, host: "data.example:8080").status == 200)
            #expect(
                await visitor.raw(Self.rows, closes: true, headers: ["Origin: https://data.example"]).status == 200)
            #expect(await visitor.raw(Self.rows, closes: true, host: "x.data.example").status == 421)
        }
    }
}
