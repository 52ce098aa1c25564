package import Jobs
package import Logging
import OctoparseAPI
import Records

extension Account {
    /// The account with the other API, where its host answers that one with the same credentials; nil elsewhere. For
    /// accounts whose host does not speak the one that is set.
    package func speakingOther(logger: Logger) async throws -> Account? {
        guard !usesKey else { return nil }
        var other = self
        other.dialect = dialect.other
        do {
            return try await other.withClient(inFlight: 1, attempts: 2, logger: logger) { client in
                _ = try await client.taskGroups()
                return other
            }
        } catch is APIError {
            return nil
        }
    }
}
