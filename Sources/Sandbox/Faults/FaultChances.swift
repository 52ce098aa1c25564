/// Chances that a seed decides: one series a rule and endpoint, so that what else is asked, and when, changes none.
struct FaultChances: Sendable {
    private struct Key: Hashable {
        let rule: Int
        let endpoint: SandboxEndpoint
    }

    private let seed: UInt64
    private var generators: [Key: SeededGenerator] = [:]

    init(seed: UInt64) {
        self.seed = seed
    }

    /// Whether something of that chance, 0 to 1, occurs.
    mutating func occurs(_ chance: Double, rule: Int, on endpoint: SandboxEndpoint) -> Bool {
        chance >= 1 || number(rule: rule, on: endpoint) < chance
    }

    /// A number from 0 to 1, which it never is.
    mutating func number(rule: Int, on endpoint: SandboxEndpoint) -> Double {
        let key = Key(rule: rule, endpoint: endpoint)
        var generator = generators[key] ?? start(key)
        defer { generators[key] = generator }
        return Double.random(in: 0..<1, using: &generator)
    }

    private func start(_ key: Key) -> SeededGenerator {
        let place = SandboxEndpoint.allCases.firstIndex(of: key.endpoint) ?? 0
        // A first draw apart from the seed's own, since neighbouring seeds start neighbouring series.
        var mixer = SeededGenerator(seed: UInt64(key.rule) << 8 | UInt64(place))
        return SeededGenerator(seed: seed ^ mixer.next())
    }
}
