/// When which fault is played. The first rule that fires decides; a plan without rules plays none.
public struct FaultPlan: Sendable {
    /// A fault, and the requests it is for.
    public struct Rule: Sendable, Hashable {
        public var fault: Fault
        /// The endpoints it is for; without a choice, those that need a token, or `token` for ``Fault/Kind/grantRefused``.
        public var endpoints: Set<SandboxEndpoint>
        /// How many of their requests pass before the rule begins.
        public var skip: Int
        /// How often it is played at most; nil for ever.
        public var count: Int?
        /// The chance of each request after that, 0 to 1.
        public var rate: Double

        public init(
            _ fault: Fault, endpoints: Set<SandboxEndpoint>? = nil, skip: Int = 0, count: Int? = nil,
            rate: Double = 1
        ) {
            self.fault = fault
            self.endpoints =
                endpoints ?? (fault.kind == .grantRefused ? [.token] : SandboxEndpoint.protected)
            self.skip = skip
            self.count = count
            self.rate = rate
        }
    }

    public private(set) var rules: [Rule]
    private var generator: SeededGenerator

    /// - Parameter seed: the same seed and requests play the same faults.
    public init(_ rules: [Rule] = [], seed: UInt64 = 1) {
        self.rules = rules
        generator = SeededGenerator(seed: seed)
    }

    /// The fault for the next request of `endpoint`, counted as played.
    mutating func next(for endpoint: SandboxEndpoint) -> Fault? {
        var played: Fault?
        for index in rules.indices where rules[index].endpoints.contains(endpoint) {
            // Every rule counts the requests it skips, also those that an earlier rule decides.
            if rules[index].skip > 0 {
                rules[index].skip -= 1
            } else if played == nil, rules[index].count != 0,
                rules[index].rate >= 1 || Double.random(in: 0..<1, using: &generator) < rules[index].rate
            {
                rules[index].count = rules[index].count.map { $0 - 1 }
                played = rules[index].fault
            }
        }
        return played
    }
}
