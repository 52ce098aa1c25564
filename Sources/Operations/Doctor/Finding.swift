/// One thing that a check-up found.
struct Finding: Sendable, Hashable {
    /// How bad it is.
    enum Level: String, Sendable, Hashable, CaseIterable {
        /// As it should be.
        case ok
        /// Works, and is worth a look.
        case warning
        /// To be put right.
        case error
    }

    let level: Level
    /// One sentence that names the thing.
    let message: String
    /// What to do about it; nil where nothing is to be done.
    let advice: String?
    /// What the command ends with for its sake.
    let status: ExitStatus

    private init(_ level: Level, _ message: String, _ advice: String?, _ status: ExitStatus) {
        self.level = level
        self.message = message
        self.advice = advice
        self.status = status
    }

    static func ok(_ message: String) -> Finding { Finding(.ok, message, nil, .done) }

    static func warning(_ message: String, _ advice: String?) -> Finding { Finding(.warning, message, advice, .done) }

    static func error(_ status: ExitStatus, _ message: String, _ advice: String?) -> Finding {
        Finding(.error, message, advice, status)
    }

    /// What an error is that came in the way.
    static func error(_ error: any Error, _ what: String = "") -> Finding {
        let problem = Problem(error)
        return .error(problem.status, what + problem.message, problem.hint)
    }
}
