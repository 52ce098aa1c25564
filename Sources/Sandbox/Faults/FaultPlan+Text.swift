extension FaultPlan {
    /// Reads a list of `KIND[:key=value…]`, as on the command line; see ``Rule/init(parsing:)``.
    ///
    /// - Throws: ``SandboxError/Code/badFaults``.
    package init(parsing specifications: [String], seed: UInt64 = 1) throws(SandboxError) {
        var rules: [Rule] = []
        for specification in specifications { rules.append(try Rule(parsing: specification)) }
        self.init(rules, seed: seed)
    }
}

extension FaultPlan.Rule {
    /// Reads `reset-before`, `latency:seconds=0.5:rate=0.1`, `too-many-requests:retry-after=0:next=3` and the like.
    ///
    /// The keys are the kind's own (``Fault/Kind/parameters``) and those of ``FaultSettings``. A value may hold colons:
    /// what follows one belongs to the value unless it begins with `key=`.
    ///
    /// - Throws: ``SandboxError/Code/badFaults``, naming what is wrong and, for a kind or key, the nearest there is.
    package init(parsing specification: String) throws(SandboxError) {
        let parts = specification.split(separator: ":", omittingEmptySubsequences: false)
        var settings: [(name: String, value: FaultSettings.Value)] = []
        for part in parts.dropFirst() {
            if let equals = part.firstIndex(of: "="), part[..<equals].allSatisfy(Self.isOfKey), equals > part.startIndex
            {
                settings.append((String(part[..<equals]), .text(String(part[part.index(after: equals)...]))))
            } else if case (let name, .text(let value))? = settings.popLast() {
                settings.append((name, .text("\(value):\(part)")))
            } else {
                throw SandboxError(
                    .badFaults, "'\(specification)' is not a fault: '\(part)' is not written key=value",
                    hint: "write KIND[:key=value…], such as latency:seconds=0.5:rate=0.1")
            }
        }
        self = try FaultSettings(kind: String(parts.first ?? ""), settings).rule()
    }

    private static func isOfKey(_ character: Character) -> Bool {
        character.isLowercase && character.isASCII || character == "-" || character == "_"
    }
}
