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
    ///   - attempts: how often a request is tried; nil is as often as usual.
    ///   - environment: where the password and proxies are looked for.
    func apiConfiguration(
        inFlight: Int = JobDefaults.concurrency, attempts: Int? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> APIConfiguration {
        var configuration = APIConfiguration(
            baseURL: baseURL.text, username: username,
            password: { try await password(environment: environment, secrets: .process) },
            requestsPerSecond: requestsPerSecond, allowHTTP: allowHTTP, caFile: caFile, maximumInFlight: inFlight,
            environment: environment, secrets: .process, usesKey: usesKey, dialect: dialect, addressRates: .process)
        if let attempts { configuration.maximumAttempts = attempts }
        return configuration
    }

    /// Runs `work` with a client of its own, which is closed afterwards.
    ///
    /// - Parameters:
    ///   - inFlight: requests at once.
    ///   - attempts: how often a request is tried; nil is as often as usual.
    /// - Throws: `APIError` for an account that no client can be made for, and what `work` throws.
    package func withClient<Result>(
        inFlight: Int = JobDefaults.concurrency, attempts: Int? = nil, logger: Logger,
        _ work: (OctoparseClient) async throws -> Result
    ) async throws -> Result {
        do {
            return try await OctoparseClient.with(
                configuration: apiConfiguration(inFlight: inFlight, attempts: attempts), logger: logger, work)
        } catch {
            throw explained(error)
        }
    }
}

extension Account {
    /// A refusal of the credentials with where they come from; any other error as it is.
    func explained(_ error: any Error) -> any Error {
        guard let refusal = error as? APIError, refusal.code == .credentialsRefused else { return error }
        return APIError(
            .credentialsRefused, refusal.message,
            hint: "the user name is that of account '\(name)', and the password comes from \(passwordOrigin)",
            cause: refusal.cause)
    }
}
