import Foundation

extension Checkup {
    /// One page: a line a finding, its name and level in front, what to do below.
    ///
    /// - Parameter quiet: leaves out what is as it should be.
    func lines(quiet: Bool = false) -> [String] {
        let width = sections.map(\.name.count).max() ?? 0
        var lines: [String] = []
        for section in sections {
            let told = section.findings.filter { !quiet || $0.level != .ok }
            for (index, finding) in told.enumerated() {
                let name = index == 0 ? section.name : ""
                let lead = name.padding(toLength: width, withPad: " ", startingAt: 0)
                lines.append("\(lead)  \(finding.level.mark)  \(finding.message)")
                if let advice = finding.advice {
                    lines.append(String(repeating: " ", count: width + 2 + Finding.Level.markWidth + 2) + advice)
                }
            }
        }
        return lines + [sentence]
    }

    private var sentence: String {
        let counts = [(count(.error), "error"), (count(.warning), "warning")].filter { $0.0 > 0 }
        guard !counts.isEmpty else { return "all is well" }
        return counts.map { "\($0.0.grouped) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ")
    }

    var json: OrderedJSON {
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
