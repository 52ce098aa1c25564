import Foundation
import RowJSON
import Testing

@testable import OctoparseAPI

/// TLS and proxies, over real sockets.
@Suite(.timeLimit(.minutes(60)))
final class OctoparseClientTLSTests {
    private let caFile = NSTemporaryDirectory() + "octovault-" + UUID().uuidString + ".pem"

    init() throws {
        try TestCertificate.certificate.write(toFile: caFile, atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: caFile) }

    private func encrypted(_ configuration: inout APIConfiguration, host: String = "localhost") {
        configuration.baseURL = configuration.baseURL.replacingOccurrences(
            of: "http://127.0.0.1", with: "https://\(host)")
    }

    @Test func aSelfSignedCertificateIsRefused() async throws {
        let api = ScriptedAPI()
        try await withServer(tls: true, { api.answer($0) }, configure: { encrypted(&$0) }) { scene in
            let error = try await apiError { try await scene.page() }
            #expect(error.code == .tls, "\(error)")
            #expect(!error.isTransient)
            #expect(error.message.hasSuffix("can be trusted (certificate verify failed)"), "\(error)")
            #expect(error.hint?.contains("ca_file") == true)
            #expect(scene.server.requests.isEmpty)
            #expect(scene.client.requests.requests == 1)
        }
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func aCertificateOfTheAccountsOwnAuthorityIsAccepted(host: String) async throws {
        let api = ScriptedAPI()
        try await withServer(
            tls: true, { api.answer($0) },
            configure: {
                encrypted(&$0, host: host)
                $0.caFile = caFile
            }
        ) { scene in
            let page = try await scene.page()
            #expect(page.rows.count == 2)
        }
    }

    @Test func aCertificateOfSSLCertFileIsAccepted() async throws {
        let api = ScriptedAPI()
        try await withServer(
            tls: true, { api.answer($0) },
            configure: {
                encrypted(&$0)
                $0.environment = ["SSL_CERT_FILE": caFile]
            }
        ) { scene in
            let page = try await scene.page()
            #expect(page.rows.count == 2)
        }
    }

    @Test func aHandshakeThatNobodyAnswersEndsWithTheConnectLimit() async throws {
        let configure: (inout APIConfiguration) -> Void = {
            self.encrypted(&$0)
            $0.maximumAttempts = 2
            $0.connectTimeout = .milliseconds(150)
        }
        try await withServer(configure: configure) { scene in
            let error = try await apiError { try await scene.page() }
            #expect(error.code == .timeout, "\(error)")
            #expect(error.isBeforeSending)
            #expect(scene.client.requests.requests == 2)
        }
    }

    @Test func plainHTTPGoesThroughATunnelOfTheProxyWhereTheAccountAllowsIt() async throws {
        let api = ScriptedAPI()
        let script: ScriptedServer.Script = { request in
            request.method == "CONNECT" ? [.send(Array("HTTP/1.1 200 OK\r\n\r\n".utf8))] : api.answer(request)
        }
        let configure: (inout APIConfiguration) -> Void = {
            $0.environment = ["http_proxy": $0.baseURL.replacingOccurrences(of: "//", with: "//user:pw@")]
            $0.baseURL = "http://api.example.com"
            $0.allowHTTP = true
        }
        try await withServer(script, configure: configure) { scene in
            _ = try await scene.page()
            let tunnel = try #require(scene.server.requests.first)
            #expect(tunnel.method == "CONNECT" && tunnel.target == "api.example.com:80")
            #expect(tunnel.headers["proxy-authorization"] == "Basic dXNlcjpwdw==")
            #expect(scene.server.requests.last?.headers["host"] == "api.example.com")
            #expect(scene.server.requests.last?.headers["proxy-authorization"] == nil)
        }
    }

    @Test func aProxyIsAskedForATunnelForHTTPS() async throws {
        try await withServer(
            { _ in .reply(407, "") },
            configure: {
                $0.environment = ["HTTPS_PROXY": $0.baseURL]
                $0.baseURL = "https://api.example.com"
            }
        ) { scene in
            let error = try await apiError { try await scene.page() }
            #expect(error.code == .badConfiguration, "\(error)")
            let request = try #require(scene.server.requests.last)
            #expect(request.method == "CONNECT" && request.target == "api.example.com:443")
            #expect(request.headers["authorization"] == nil)
        }
    }
}
