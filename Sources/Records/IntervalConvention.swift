/// Which edges of `from … to` a server counts in; the API's page does not say.
package enum IntervalConvention: String, Sendable, Hashable, CaseIterable, Codable {
    /// Rows at `from` and rows at `to`.
    case closed
    /// Rows at `from`, none at `to`.
    case halfOpen = "half-open"
    /// Rows at `to`, none at `from`.
    case leftOpen = "left-open"
    /// Not seen yet.
    case unknown
}
