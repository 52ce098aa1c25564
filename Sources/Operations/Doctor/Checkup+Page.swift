import Foundation

extension Checkup {
    /// One page: how the vault stands, a line a finding, its name and level in front, what to do below, and how many
    /// are to be put right.
    ///
    /// - Parameters:
    ///   - quiet: leaves out what is as it should be.
    ///   - columns: where lines are broken, between words; nil is nowhere.
    package func lines(quiet: Bool = false, columns: Int? = nil) -> [String] {
        let width = sections.map(\.name.count).max() ?? 0
        let indent = String(repeating: " ", count: width + 2 + Finding.Level.markWidth + 2)
        let room = columns.map { max(40, $0 - indent.count) }
        var lines = standing?.sentence.broken(at: columns.map { max(40, $0) }) ?? []
        for section in sections {
            let told = section.findings.filter { !quiet || $0.level != .ok }
            for (index, finding) in told.enumerated() {
                let name = index == 0 ? section.name : ""
                let lead = name.padding(toLength: width, withPad: " ", startingAt: 0)
                let message = finding.message.broken(at: room)
                lines.append("\(lead)  \(finding.level.mark)  \(message[0])")
                let advice = finding.advice?.broken(at: room) ?? []
                lines += (message.dropFirst() + advice).map { indent + $0 }
            }
        }
        return lines + [counts]
    }

    private var counts: String {
        let found = [(count(.error), "error"), (count(.warning), "warning")].filter { $0.0 > 0 }
        guard !found.isEmpty else { return "all is well" }
        return found.map { $0.0.counted($0.1) }.joined(separator: ", ")
    }

    package var json: OrderedJSON {
        .object([
            "errors": .integer(count(.error)), "warnings": .integer(count(.warning)),
            "status": .integer(Int(verdict.rawValue)),
            "findings": .array(
                sections.flatMap { section in
                    section.findings.map { finding in
                        OrderedJSON.object([
                            "check": .text(section.name), "level": .text(finding.level.rawValue),
                            "message": .text(finding.message), "advice": .text(finding.advice),
                            "status": .integer(Int(finding.status.rawValue)),
                            "tasks": .array(finding.tasks.map { .text($0) }),
                        ])
                    }
                }),
        ])
    }
}

extension Finding.Level {
    static let markWidth = 7

    /// The level in seven letters.
    fileprivate var mark: String {
        switch self {
        case .ok: "ok     "
        case .warning: "warning"
        case .error: "ERROR  "
        }
    }
}

extension String {
    /// The text in lines of at most `room` characters, broken at spaces; a longer word stays whole. At least one line.
    fileprivate func broken(at room: Int?) -> [String] {
        guard let room, count > room else { return [self] }
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.count + 1 + word.count > room {
                lines.append(line)
                line = String(word)
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        return lines + [line]
    }
}
