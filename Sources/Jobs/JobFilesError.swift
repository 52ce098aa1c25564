/// Job and account files that cannot be used: everything wrong with them, not only the first thing.
package struct JobFilesError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Never empty; by file, then by place.
    package let problems: [JobProblem]

    init(problems: [JobProblem]) {
        self.problems = problems.sorted()
    }

    /// One sentence for the operator.
    package var message: String {
        guard let first = problems.first, problems.count > 1 else { return problems.first?.description ?? "" }
        return "\(first) (and \(problems.count - 1) more)"
    }

    /// A line a problem.
    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
