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
    /// What it is about, where it is about tasks.
    private(set) var tasks: [String] = []
    /// The sentence without the list of what it is about, and that list; nil where there is no list.
    private(set) var lead: String?
    private(set) var items: [String] = []

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

    /// One thing found of several tasks, or of one.
    struct Subject: Sendable, Hashable {
        let task: String
        /// What is shown besides the id.
        let name: String
        /// What is the matter with it, in a few words; empty where the sentence says it all.
        let detail: String
        let advice: String

        init(_ task: String, name: String = "", _ detail: String = "", advice: String) {
            self.task = task
            self.name = name == task ? "" : name
            self.detail = detail
            self.advice = advice
        }

        fileprivate var text: String {
            let shown = name.isEmpty ? task : "\(name) (\(task.prefix(8)))"
            return detail.isEmpty ? shown : "\(shown): \(detail)"
        }
    }

    /// The same thing found of tasks, said once.
    ///
    /// - Parameters:
    ///   - status: nil for a warning.
    ///   - one: says it of the only one.
    ///   - several: says it of so many, before they are listed.
    ///   - advice: what to do where they are several; nil is what to do about the first.
    static func of(
        _ subjects: [Subject], _ status: ExitStatus?, one: (Subject) -> String, several: (Int) -> String,
        advice: String? = nil
    ) -> [Finding] {
        guard let first = subjects.first else { return [] }
        let lead = subjects.count > 1 ? several(subjects.count) : nil
        let items = lead == nil ? [] : listed(subjects.map(\.text))
        let message = lead.map { "\($0): \(items.joined(separator: "; "))" } ?? one(first)
        let told = subjects.count > 1 ? advice ?? first.advice : first.advice
        var finding = status.map { Finding.error($0, message, told) } ?? .warning(message, told)
        finding.tasks = subjects.map(\.task)
        (finding.lead, finding.items) = (lead, items)
        return [finding]
    }

    /// The same thing found of others than tasks, said once.
    ///
    /// - Parameters:
    ///   - found: each by what is said of it among others, and what is said where it is the only one.
    ///   - several: what is said of so many before they are listed, and what to do about them.
    static func of(
        _ found: [(item: String, alone: Finding)], several: (Int) -> (lead: String, advice: String?)
    ) -> [Finding] {
        guard found.count > 1, let first = found.first?.alone else { return found.map(\.alone) }
        let (lead, advice) = several(found.count)
        let items = listed(found.map(\.item))
        var finding = Finding(first.level, "\(lead): \(items.joined(separator: "; "))", advice, first.status)
        (finding.lead, finding.items) = (lead, items)
        return [finding]
    }

    private static func listed(_ items: [String]) -> [String] {
        let more = items.count - mostListed
        return Array(items.prefix(mostListed)) + (more > 0 ? ["and \(more.grouped) more"] : [])
    }

    private static let mostListed = 8

    /// What an error is that came in the way.
    static func error(_ error: any Error, _ what: String = "") -> Finding {
        let problem = Problem(error)
        return .error(problem.status, what + problem.message, problem.hint)
    }
}
