import Foundation
import HTTPTypes
import Operations
import TestSupport
import Testing

@testable import StatusServer

/// Who may look, and what is answered to all others.
@Suite struct RefusalTests {
    private func responder(
        _ listen: String = "127.0.0.1:8420", hosts: [String] = [], password: String? = nil, isOpen: Bool = false
    ) throws -> StatusResponder {
        let configuration = try ServerConfiguration(
            address: ListenAddress(listen), hosts: hosts, password: password, isOpen: isOpen, version: "1")
        return StatusResponder(configuration, site: try GeneratedVault.shared().site())
    }

    private func head(
        _ method: HTTPRequest.Method = .get, _ path: String = "/", host: String? = "127.0.0.1:8420",
        authorization: String? = nil
    ) -> HTTPRequest {
        var head = HTTPRequest(method: method, scheme: "http", authority: host, path: path)
        head.headerFields[.authorization] = authorization
        return head
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
    func onlyGetAndHeadAreAnswered(method: String) async throws {
        let method = try #require(HTTPRequest.Method(method))
        for path in ["/", "/metrics", "/api/status", "/health/live", "/nowhere"] {
            let answer = try await responder().answer(to: head(method, path))
            #expect(answer.status == .methodNotAllowed && answer.headers[.allow] == "GET, HEAD", "\(path)")
        }
    }

    @Test(
        arguments: Sampling.quick(
            8,
            of: [
                ("127.0.0.1:8420", "127.0.0.1:8420", true), ("127.0.0.1:8420", "127.0.0.1", true),
                ("127.0.0.1:8420", "localhost:8420", true), ("127.0.0.1:8420", "LOCALHOST", true),
                ("127.0.0.1:8420", "[::1]:8420", true), ("[::1]:8420", "[::1]:8420", true),
                ("127.0.0.1:8420", "evil.example", false), ("127.0.0.1:8420", "127.0.0.1.evil.example", false),
                ("127.0.0.1:8420", "localhost.evil.example", false), ("127.0.0.1:8420", "10.0.0.7", false),
                ("127.0.0.1:8420", "", false), ("127.0.0.1:8420", "a@localhost", false),
                ("127.0.0.1:8420", "localhost:80:80", false), ("127.0.0.1:8420", "vault.example", false),
                ("0.0.0.0:8420", "10.0.0.7:8420", true), ("0.0.0.0:8420", "[fe80::1]:8420", true),
                ("0.0.0.0:8420", "localhost", true), ("0.0.0.0:8420", "evil.example", false),
                ("backup.lan:8420", "backup.lan:8420", true), ("backup.lan:8420", "10.0.0.7", false),
            ]))
    func theHostHeaderMustNameTheServer(listen: String, host: String, isAllowed: Bool) async throws {
        let answer = try await responder(listen, isOpen: true).answer(to: head(host: host))
        #expect(answer.status == (isAllowed ? .ok : .misdirectedRequest))
        let named = try await responder(listen, hosts: ["vault.example"], isOpen: true)
            .answer(to: head(host: "Vault.Example:443"))
        #expect(named.status == .ok)
    }

    @Test func aRequestWithoutAHostIsRefused() async throws {
        #expect(try await responder().answer(to: head(host: nil)).status == .misdirectedRequest)
    }

    @Test(arguments: ["0.0.0.0:1", "[::]:1", "10.0.0.7:1", "backup.lan:1", "127.evil.example:1"])
    func othersMayLookOnlyWhereSomebodySaidSo(listen: String) throws {
        #expect(throws: Problem.self) {
            try ServerConfiguration(address: ListenAddress(listen), version: "1")
        }
        do {
            _ = try ServerConfiguration(address: ListenAddress(listen), version: "1")
        } catch let problem as Problem {
            #expect(problem.status == .usage)
        }
        _ = try ServerConfiguration(address: ListenAddress(listen), isOpen: true, version: "1")
        _ = try ServerConfiguration(address: ListenAddress(listen), password: "x", version: "1")
    }

    @Test(arguments: ["127.0.0.1:0", "localhost:1", "127.8.9.1:1", "[::1]:1"])
    func thisMachineMayAlwaysLook(listen: String) throws {
        _ = try ServerConfiguration(address: ListenAddress(listen), version: "1")
    }

    @Test(arguments: [
        "", "8420", ":8420", "localhost", "localhost:", "localhost:x", "localhost:70000", "::1:80", "a/b:1",
        "localhost:-1", "localhost:+1",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(throws: Problem.self) { try ListenAddress(text) }
    }

    @Test func withAPasswordEverythingButHealthAsksForIt() async throws {
        let responder = try responder(password: "s3cret: ö")
        let right = "Basic " + Data("octovault:s3cret: ö".utf8).base64EncodedString()
        for path in ["/", "/metrics", "/api/runs", "/runs", "/style.css", "/nowhere", "/health/other"] {
            let refused = await responder.answer(to: head(.get, path))
            #expect(
                refused.status == .unauthorized && refused.headers[.wwwAuthenticate]?.hasPrefix("Basic") == true,
                "\(path)")
        }
        for wrong in [
            "Basic " + Data("octovault:s3cret".utf8).base64EncodedString(), "Basic", "Basic %%%", "Bearer x", "",
            "Basic " + Data("admin:s3cret: ö".utf8).base64EncodedString(), "Basic " + Data().base64EncodedString(),
            "Basic " + Data("octovault:s3cret: öx".utf8).base64EncodedString(),
        ] {
            #expect(await responder.answer(to: head(authorization: wrong)).status == .unauthorized, "\(wrong)")
        }
        #expect(await responder.answer(to: head(authorization: right)).status == .ok)
        #expect(await responder.answer(to: head(.get, "/health/live")).status == .ok)
        #expect(await responder.answer(to: head(.get, "/health/ready")).body == Array("ok\n".utf8))
    }

    @Test func everyAnswerForbidsWhatThePageDoesNotNeed() async throws {
        let responder = try responder()
        for path in ["/", "/runs", "/nowhere", "/metrics", "/style.css"] {
            let headers = await responder.answer(to: head(.get, path)).headers
            let policy = headers.first { $0.name.canonicalName == "content-security-policy" }?.value ?? ""
            #expect(policy.hasPrefix("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("script"))
            #expect(headers[.cacheControl] == "no-store", "\(path)")
        }
    }
}
