/// How a window was asked for and its rows were proven to be all.
package struct Evidence: Sendable, Hashable {
    package var proof: Proof
    package var convention: IntervalConvention
    /// Whether the convention was taken from the account's settings instead of seen.
    package var isConventionAssumed: Bool
    /// The account's zone when the window was taken; nil where it was not set, and for captures.
    package var timeZone: String?

    package init(
        proof: Proof, convention: IntervalConvention = .unknown, isConventionAssumed: Bool = false,
        timeZone: String? = nil
    ) {
        self.proof = proof
        self.convention = convention
        self.isConventionAssumed = isConventionAssumed
        self.timeZone = timeZone
    }
}

/// What rests on ``Evidence``, and shows it as its own.
package protocol HasEvidence {
    var evidence: Evidence { get set }
}

extension HasEvidence {
    package var proof: Proof {
        get { evidence.proof }
        set { evidence.proof = newValue }
    }
    package var convention: IntervalConvention {
        get { evidence.convention }
        set { evidence.convention = newValue }
    }
    package var isConventionAssumed: Bool {
        get { evidence.isConventionAssumed }
        set { evidence.isConventionAssumed = newValue }
    }
    package var timeZone: String? {
        get { evidence.timeZone }
        set { evidence.timeZone = newValue }
    }
}
