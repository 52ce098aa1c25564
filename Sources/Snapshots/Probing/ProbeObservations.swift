package import Foundation
package import StorageTime

/// What a probe asked and what it was told: all that its findings rest on.
package struct ProbeObservations: Sendable, Hashable {
    /// Two ends of an interval asked for; equal ends are an instant.
    struct Ends: Sendable, Hashable {
        let from: StorageInstant
        let to: StorageInstant
    }

    /// One question and its answer.
    package struct Evidence: Sendable, Hashable {
        /// What the question was for.
        package enum Step: String, Sendable, Hashable, CaseIterable {
            /// A time at which no row can be stored.
            case farFuture = "far-future"
            /// All rows of the task.
            case task
            /// Looking for a second at which rows are stored.
            case search
            /// How rows at that second are counted.
            case edges
            /// The same page, asked for again.
            case order
        }

        package let step: Step
        /// nil where all rows of the task were asked for.
        package let from: StorageInstant?
        package let to: StorageInstant?
        /// nil where the server refused.
        package let total: Int?
        /// Rows in the answer, of which at most ``size`` were asked for.
        package let rows: Int
        package let size: Int
    }

    /// The rows of one page, asked for twice.
    struct Repetition: Sendable, Hashable {
        var first: [[UInt8]]
        var second: [[UInt8]]
        /// Whether they were all stored in one second, as far as counts can tell.
        var areTies: Bool
        /// Whether the total changed in between.
        var hasMoved: Bool
    }

    package internal(set) var evidence: [Evidence] = []
    /// Requests sent, without retries.
    package var requests: Int { evidence.count }
    /// What the server's clock said in its first answer.
    package internal(set) var serverDate: Date?
    /// Why the server would not be asked for an instant.
    package internal(set) var refusal: String?
    /// Edges at which rows may be stored: where the convention can be seen.
    var edges: [StorageInstant] = []
    /// A quarter of an hour in which the newest row was stored, where rows are recent.
    var newest: Window?
    var repetition: Repetition?
    /// Whether the search ended before it found a second with rows, for want of requests.
    package internal(set) var isCutShort = false

    /// The last total of an interval; nil where it was not asked for or refused.
    func total(_ from: StorageInstant, _ to: StorageInstant) -> Int? {
        evidence.last { $0.from == from && $0.to == to && $0.total != nil }?.total
    }

    /// Totals of the whole task, in the order asked.
    var taskTotals: [Int] { evidence.filter { $0.from == nil }.compactMap(\.total) }
}
