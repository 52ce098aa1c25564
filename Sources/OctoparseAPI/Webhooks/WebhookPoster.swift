import AsyncHTTPClient
import Foundation
package import Logging
import NIOCore
import NIOHTTP1
package import Secrets
import Synchronization

/// Posts JSON documents to addresses that are secrets. No error and no log line tells more of one than its host.
///
/// Safe to use from any number of tasks; must be shut down. Proxy variables and `SSL_CERT_FILE` mean what they mean for
/// accounts; redirects are not followed.
package final class WebhookPoster: Sendable {
    private let environment: [String: String]
    private let timeout: Duration
    private let secrets: SecretRegistry
    private let logger: Logger
    /// A proxy belongs to a client, so that there is one for each.
    private let clients = Mutex<[ProxySettings?: HTTPClient]>([:])

    /// - Parameters:
    ///   - environment: the proxy variables and `SSL_CERT_FILE`.
    ///   - timeout: of one delivery, up to the last byte of its answer.
    ///   - secrets: what is masked in texts of the server; gets the credentials of proxies.
    package init(
        environment: [String: String] = [:], timeout: Duration = .seconds(10),
        secrets: SecretRegistry = SecretRegistry(), logger: Logger
    ) {
        secrets.add(environment: environment)
        self.secrets = secrets
        self.environment = environment
        self.timeout = timeout
        self.logger = logger
    }

    /// Posts `body`, a JSON document, once; returns when the answer is a good one (200 to 299).
    ///
    /// - Throws: ``WebhookError``, or `CancellationError`.
    package func post(_ body: [UInt8], to url: String) async throws {
        try await send(WebhookRequest(url: url, headers: [("Content-Type", "application/json")], body: body))
    }

    /// Sends a request once; returns when the answer is a good one (200 to 299).
    ///
    /// - Throws: ``WebhookError``, or `CancellationError`.
    package func send(_ request: WebhookRequest) async throws {
        let url = request.url
        let origin = try Self.origin(of: url)
        let client = try client(for: origin)
        let limits = HTTPTransport.Limits(connect: timeout, idle: timeout, whole: timeout, bytes: Self.largestAnswer)
        let status: Int
        do {
            status = try await withTimeLimit(timeout, clock: ContinuousClock()) {
                try await Self.send(request, client, limits)
            }
        } catch {
            try Task.checkCancellation()
            throw self.error(TransportFailure(error, limits: limits), origin, url)
        }
        guard (200...299).contains(status) else {
            throw WebhookError(.refused, "\(origin.display) answered with status \(status)")
        }
    }

    /// Closes all connections; deliveries under way fail. Nothing may be posted afterwards.
    package func shutdown() async {
        let all = clients.withLock { clients in
            defer { clients = [:] }
            return clients.values.map { $0 }
        }
        for client in all { try? await client.shutdown() }
    }

    private static let largestAnswer = 1 << 20

    private static func send(
        _ webhook: WebhookRequest, _ client: HTTPClient, _ limits: HTTPTransport.Limits
    ) async throws -> Int {
        var request = HTTPClientRequest(url: webhook.url)
        request.method = HTTPMethod(rawValue: webhook.method)
        for (name, value) in webhook.headers { request.headers.add(name: name, value: value) }
        request.headers.add(name: "User-Agent", value: "octovault")
        if request.method != .GET { request.body = .bytes(webhook.body) }
        let response = try await client.execute(request, timeout: TimeAmount(limits.whole))
        // Read to its end, so that the connection can serve again.
        _ = try await response.body.collect(upTo: limits.bytes)
        try Task.checkCancellation()
        return Int(response.status.code)
    }

    private func client(for origin: APIAddress) throws -> HTTPClient {
        do {
            let proxy = try ProxySettings.choose(for: origin, environment)
            return try clients.withLock { clients in
                if let client = clients[proxy] { return client }
                let configuration = APIConfiguration(
                    baseURL: origin.text, username: "", password: { "" }, connectTimeout: timeout,
                    idleTimeout: timeout, maximumResponseBytes: Self.largestAnswer, environment: environment)
                let client = HTTPClient(
                    configuration: try HTTPClient.Configuration(configuration, address: origin, logger: logger))
                clients[proxy] = client
                return client
            }
        } catch let error as APIError {
            throw WebhookError(.badAddress, error.message)
        }
    }

    /// Scheme, host and port: what of an address is no secret.
    private static func origin(of url: String) throws(WebhookError) -> APIAddress {
        guard let parts = URLComponents(string: url, encodingInvalidCharacters: false) else {
            throw WebhookError(.badAddress, "the address is no URL")
        }
        var origin = URLComponents()
        origin.scheme = parts.scheme
        origin.encodedHost = parts.encodedHost
        origin.port = parts.port
        do throws(APIError) {
            return try APIAddress(origin.string ?? "", allowHTTP: true)
        } catch {
            throw WebhookError(.badAddress, "the address is no URL of http or https with a host")
        }
    }

    private func error(_ failure: TransportFailure, _ origin: APIAddress, _ url: String) -> WebhookError {
        let path = URLComponents(string: url)?.percentEncodedPath ?? ""
        // Of this delivery alone: a short path would be masked in much that has nothing to do with it.
        let address = SecretRegistry()
        address.add(url)
        if path.count > 1 { address.add(path) }
        let detail = failure.detail.map { ": " + ServerText.clean(secrets.mask($0), address) }
        return WebhookError(
            failure.code == .timeout ? .timeout : .network, "\(origin.display) \(failure.reason)\(detail ?? "")")
    }
}
