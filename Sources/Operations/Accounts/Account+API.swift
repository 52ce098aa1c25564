import Foundation
package import Jobs
package import OctoparseAPI
import Secrets

extension Account {
    /// How the client is to reach this account's API.
    ///
    /// - Parameter inFlight: requests at once.
    package func apiConfiguration(inFlight: Int = JobDefaults.concurrency) -> APIConfiguration {
        let environment = ProcessInfo.processInfo.environment
        return APIConfiguration(
            baseURL: baseURL.text, username: username,
            password: { try await password(environment: environment, secrets: .process) },
            requestsPerSecond: requestsPerSecond, allowHTTP: allowHTTP, caFile: caFile, maximumInFlight: inFlight,
            environment: environment, secrets: .process)
    }
}
