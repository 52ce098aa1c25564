/// What somebody is told of a job.
package struct Announcement: Sendable, Hashable, Codable {
    package enum Event: String, Sendable, Hashable, CaseIterable, Codable {
        case start, success, failure
        /// A run is done after failures that were told.
        case recovery
        /// Firings went by while nobody was there to fire them.
        case missed
        /// Somebody wants to see that it arrives.
        case test
    }

    package var event: Event
    package var job: String
    /// One JSON document: the run's summary, for addresses.
    package var body: String
    /// For people: a line, and some more.
    package var title: String
    package var text: String
    /// How long the run took, in milliseconds.
    package var milliseconds: Int?

    package init(
        event: Event, job: String, body: String, title: String, text: String, milliseconds: Int? = nil
    ) {
        self.event = event
        self.job = job
        self.body = body
        self.title = title
        self.text = text
        self.milliseconds = milliseconds
    }
}

extension Announcement {
    /// How much of an error is told, in characters.
    private static let longestText = 1200

    init(_ event: Event, of job: String, _ outcome: RunOutcome, failuresInRow: Int, took: Duration?) {
        let word =
            switch event {
            case .recovery: "works again"
            case .failure: outcome.word == .failed ? "failed" : "ended as \(outcome.word.rawValue)"
            default: outcome.word.rawValue
            }
        var lines: [String] = []
        if let error = outcome.firstError { lines.append(error.message) }
        let counts = [
            (outcome.sealed, "sealed"), (outcome.empty, "empty"), (outcome.retaken, "taken again"),
            (outcome.failed, "failed"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        lines.append((counts.isEmpty ? "No window was due" : "Windows: " + counts.joined(separator: ", ")) + ".")
        if outcome.rows > 0 { lines.append("Rows: \(outcome.rows).") }
        if event == .recovery { lines.append("Failures in a row before: \(failuresInRow).") }
        if event == .failure, failuresInRow > 1 { lines.append("Failures in a row: \(failuresInRow).") }
        let text = lines.joined(separator: "\n")
        self.init(
            event: event, job: job, body: String(decoding: outcome.summaryJSON, as: UTF8.self),
            title: "octovault: job \(job) \(word)",
            text: text.count <= Self.longestText ? text : text.prefix(Self.longestText) + "…",
            milliseconds: took.map { $0.milliseconds })
    }
}

extension Duration {
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(clamping: min(max(0, seconds), 1_000_000_000) * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}
