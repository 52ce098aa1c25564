/// One look at one side of an installation. It changes nothing.
protocol DoctorCheck: Sendable {
    /// What it is called on the page and in JSON: a word or two.
    var name: String { get }

    /// What is to be said, good or bad; empty where the thing is not there to be looked at.
    func findings() async throws -> [Finding]
}

/// What several checks found. A check that fails is a finding, and the others go on.
package struct Checkup: Sendable {
    /// One check's findings, the worst first.
    struct Section: Sendable {
        let name: String
        let findings: [Finding]
    }

    private(set) var sections: [Section] = []
    /// How the vault stands, as `status` and the page have it; nil where there is no vault.
    var standing: VaultVerdict?

    /// How many findings of one check and one level are told one by one.
    static let mostTold = 20

    /// - Throws: `CancellationError`.
    init(_ checks: [any DoctorCheck]) async throws {
        for check in checks {
            try Task.checkCancellation()
            var found: [Finding]
            do {
                found = try await check.findings()
            } catch let error as CancellationError {
                throw error
            } catch {
                found = [.error(error, "this could not be looked at: ")]
            }
            guard !found.isEmpty else { continue }
            sections.append(Section(name: check.name, findings: Self.told(found)))
        }
    }

    /// The status of the worst.
    package var verdict: ExitStatus { sections.flatMap(\.findings).map(\.status).verdict }

    func count(_ level: Finding.Level) -> Int { sections.flatMap(\.findings).count { $0.level == level } }

    /// The worst first, and of each level no more than can be read.
    private static func told(_ findings: [Finding]) -> [Finding] {
        [Finding.Level.error, .warning, .ok].flatMap { level -> [Finding] in
            let all = findings.filter { $0.level == level }
            guard all.count > mostTold else { return all }
            let rest = all[mostTold...]
            let more = "and \((all.count - mostTold).grouped) more like these"
            let last: Finding =
                switch level {
                case .ok: .ok(more)
                case .warning: .warning(more, nil)
                case .error: .error(rest.map(\.status).verdict, more, nil)
                }
            return all[..<mostTold] + [last]
        }
    }
}
