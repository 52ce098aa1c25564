/// Collects the problems of one file.
final class ProblemLog {
    /// Past this many, a file is not what it should be, and listing more helps nobody.
    static let limit = 100

    let file: String
    private var all: [JobProblem] = []
    /// Problems counted only, for they would not be listed.
    private var unlisted = 0

    init(file: String) {
        self.file = file
    }

    /// What was reported, in the file's order; where it was too much, cut, with a last problem that says so.
    var problems: [JobProblem] {
        let sorted = all.sorted()
        guard sorted.count > Self.limit else { return sorted }
        let kept = sorted.prefix(Self.limit)
        let rest = JobProblem(
            code: .tooMany, file: file, position: sorted[Self.limit].position,
            message: "\(sorted.count - Self.limit + unlisted) more problems from here on")
        return kept + [rest]
    }

    var isEmpty: Bool { all.isEmpty }

    /// Whether problems are only counted from now on. They come nearly in the file's order, so that ten times the limit
    /// holds those that would be listed.
    var isFull: Bool { all.count >= 10 * Self.limit }

    func add(_ problem: @autoclosure () -> JobProblem) {
        if isFull { unlisted += 1 } else { all.append(problem()) }
    }

    func report(
        _ code: JobProblem.Code, at position: TextPosition?, key: String? = nil, _ message: String,
        expected: String? = nil, hint: String? = nil
    ) {
        add(
            JobProblem(
                code: code, file: file, position: position, key: key, message: message, expected: expected, hint: hint))
    }
}
