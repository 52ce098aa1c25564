/// Job and account files that cannot be used: everything wrong with them, not only the first thing.
public struct JobFilesError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Never empty; by file, then by place.
    public let problems: [JobProblem]

    init(problems: [JobProblem]) {
        self.problems = problems.sorted()
    }

    /// One sentence for the operator.
    public var message: String {
        guard let first = problems.first, problems.count > 1 else { return problems.first?.description ?? "" }
        return "\(first) (and \(problems.count - 1) more)"
    }

    /// A line a problem.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
