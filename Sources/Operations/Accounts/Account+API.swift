import Foundation
package import Jobs
package import Logging
package import OctoparseAPI
import Secrets

extension Account {
    /// How the client is to reach this account's API.
    ///
    /// - Parameters:
    ///   - inFlight: requests at once.
    ///   - environment: where the password and proxies are looked for.
    func apiConfiguration(
        inFlight: Int = JobDefaults.concurrency, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> APIConfiguration {
        APIConfiguration(
            baseURL: baseURL.text, username: username,
            password: { try await password(environment: environment, secrets: .process) },
            requestsPerSecond: requestsPerSecond, allowHTTP: allowHTTP, caFile: caFile, maximumInFlight: inFlight,
            environment: environment, secrets: .process, usesKey: usesKey, dialect: dialect, addressRates: .process)
    }

    /// Runs `work` with a client of its own, which is closed afterwards.
    ///
    /// - Parameter inFlight: requests at once.
    /// - Throws: `APIError` for an account that no client can be made for, and what `work` throws.
    package func withClient<Result>(
        inFlight: Int = JobDefaults.concurrency, logger: Logger, _ work: (OctoparseClient) async throws -> Result
    ) async throws -> Result {
        try await OctoparseClient.with(configuration: apiConfiguration(inFlight: inFlight), logger: logger, work)
    }
}
