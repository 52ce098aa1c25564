import Foundation
import Logging
import Testing

@testable import OctoparseAPI

struct APIConfigurationTests {
    private static let changes: [(String, @Sendable (inout APIConfiguration) -> Void)] = [
        ("user name", { $0.username = "" }),
        ("requests_per_second", { $0.requestsPerSecond = -1 }),
        ("requests_per_second", { $0.requestsPerSecond = .nan }),
        ("requests_per_second", { $0.requestsPerSecond = .infinity }),
        ("burst", { $0.burst = 0 }),
        ("maximumAttempts", { $0.maximumAttempts = 0 }),
        ("maximumInFlight", { $0.maximumInFlight = 0 }),
        ("maximumResponseBytes", { $0.maximumResponseBytes = 0 }),
        ("connectTimeout", { $0.connectTimeout = .zero }),
        ("idleTimeout", { $0.idleTimeout = .seconds(-1) }),
        ("requestTimeout", { $0.requestTimeout = .seconds(100_000) }),
        ("backoffBase", { $0.backoffBase = .seconds(-1) }),
        ("retryAfterCap", { $0.retryAfterCap = .seconds(Int64.max) }),
        ("base URL", { $0.baseURL = "nonsense" }),
        ("ca_file", { $0.caFile = "/nonexistent.pem" }),
        (
            "https_proxy",
            {
                $0.baseURL = "https://api.example.com"
                $0.environment = ["https_proxy": "gopher://x"]
            }
        ),
    ]

    @Test(arguments: changes.indices)
    func aSettingThatCannotWorkIsNamed(index: Int) {
        let (name, change) = Self.changes[index]
        var configuration = APIConfiguration(username: "u", password: { "p" })
        change(&configuration)
        let error = #expect(throws: APIError.self) {
            _ = try OctoparseClient(configuration: configuration, logger: Logger(label: "test"))
        }
        #expect(error?.code == .badConfiguration)
        #expect(error?.message.contains(name) == true, "\(String(describing: error))")
    }

    @Test func anUnreadableSSLCertFileOnlyWarns() async throws {
        var configuration = APIConfiguration(username: "u", password: { "p" })
        configuration.environment = ["SSL_CERT_FILE": "/no-cert-file.crt"]
        let logs = LogRecorder()
        let client = try OctoparseClient(configuration: configuration, logger: logs.logger)
        try await client.shutdown()
        #expect(logs.lines(at: .warning).count == 1)
    }

    @Test func errorCodesAreKebabCase() {
        for code in APIError.Code.allCases {
            #expect(code.rawValue.utf8.allSatisfy { (97...122).contains($0) || $0 == 45 })
        }
    }
}
