import Foundation

/// When which fault is played. The first rule that fires decides; a plan without rules plays none.
///
/// Latency and a skewed date alone keep no other rule from firing on the same request.
package struct FaultPlan: Sendable {
    /// What became of a rule so far.
    package struct Progress: Sendable, Hashable {
        /// Requests that it could have been played on.
        package internal(set) var seen = 0
        /// Requests that it was played on.
        package internal(set) var played = 0
    }

    package let rules: [Rule]
    /// Where the chances come from: the same seed and requests play the same faults.
    package let seed: UInt64
    /// A rule's, at the rule's place.
    package private(set) var progress: [Progress]
    private var chances: FaultChances
    private var buckets: [Int: RequestBucket] = [:]
    /// Whether it matters how many requests are under way.
    let limitsConcurrency: Bool

    package init(_ rules: [Rule] = [], seed: UInt64 = 1) {
        self.rules = rules
        self.seed = seed
        progress = Array(repeating: Progress(), count: rules.count)
        chances = FaultChances(seed: seed)
        limitsConcurrency = rules.contains { $0.fault.kind == .concurrencyLimit }
    }

    /// What is played on the next request, counted as played.
    ///
    /// - Parameters:
    ///   - underWay: how many other requests are, for a limit of them.
    ///   - now: the time, for a limit a second.
    mutating func next(for request: SandboxRequest, underWay: Int, now: Date) -> PlayedFaults {
        var faults = PlayedFaults()
        for index in rules.indices where rules[index].isFor(request) {
            // Every rule counts the requests it passes over, also those that an earlier rule decides.
            progress[index].seen += 1
            guard rules[index].isDue(progress[index]), isOverLimit(index, underWay: underWay, now: now) else {
                continue
            }
            let isFree = faults.deciding == nil || rules[index].fault.kind.leavesRoom
            guard isFree, chances.occurs(rules[index].rate, rule: index, on: request.endpoint) else { continue }
            progress[index].played += 1
            faults.add(played(index, on: request.endpoint))
        }
        return faults
    }

    /// The rule's fault, with what depends on chance or on how often it was played settled.
    private mutating func played(_ index: Int, on endpoint: SandboxEndpoint) -> Fault {
        var fault = rules[index].fault
        switch fault.kind {
        case .totalGrowing, .totalShrinking: fault.amount = fault.quantity * progress[index].played
        case .latency:
            let part = fault.jitter.map { $0 * chances.number(rule: index, on: endpoint) } ?? 0
            fault.seconds = fault.duration + part
        default: break
        }
        return fault
    }

    /// Whether the request is one too many for the limit that the rule sets; true for rules that set none.
    private mutating func isOverLimit(_ index: Int, underWay: Int, now: Date) -> Bool {
        let fault = rules[index].fault
        switch fault.kind {
        case .rateLimit:
            return !buckets[index, default: RequestBucket(perSecond: fault.quantity, at: now)].take(at: now)
        case .concurrencyLimit: return underWay >= fault.quantity
        default: return true
        }
    }
}

/// The faults of one request.
struct PlayedFaults: Sendable, Hashable {
    /// The one that decides what is answered, and how.
    private(set) var deciding: Fault?
    /// How late the answer is, in seconds.
    private(set) var delay = 0.0
    /// How far the `Date` header is ahead, in seconds.
    private(set) var dateSkew = 0.0
    /// All of them, in the order of their rules.
    private(set) var kinds: [Fault.Kind] = []

    mutating func add(_ fault: Fault) {
        kinds.append(fault.kind)
        switch fault.kind {
        case .latency: delay += fault.duration
        case .dateSkewed: dateSkew += fault.duration
        default: deciding = fault
        }
    }
}
