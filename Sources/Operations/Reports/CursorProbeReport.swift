import Foundation
package import Jobs
import Records
package import Snapshots

/// What a look at a task behind a cursor came to, for people and for scripts.
package struct CursorProbeReport: Sendable {
    private let task: String
    private let account: Account
    private let findings: CursorProbe.Findings
    private let requests: Int
    /// Whether the account is set to the other API.
    private let isFound: Bool

    package init(task: String, _ account: Account, isFound: Bool, _ findings: CursorProbe.Findings, requests: Int) {
        self.task = task
        self.account = account
        self.isFound = isFound
        self.findings = findings
        self.requests = requests
    }

    /// Whether enough was seen.
    package var verdict: ExitStatus { findings.rows > 0 ? .done : .tryAgain }

    private var accountLines: [String] { isFound ? ["api: \(account.dialect.rawValue)"] : [] }

    package var json: OrderedJSON {
        .object([
            "task": .text(task), "requests": .integer(requests), "api": .text(account.dialect.rawValue),
            "task_rows": .integer(findings.rows), "cursors": findings.json,
            "account": .array(accountLines.map { .text($0) }),
        ])
    }

    package var lines: [String] {
        var lines = ["\(task): \(findings.rows.counted("row")), \(requests.counted("request"))"]
        lines.append("  api        \(account.dialect.rawValue)\(isFound ? ", which the account is not set to" : "")")
        lines += findings.lines
        lines.append("  windows    none: this API tells no storage time; take source increments")
        if accountLines.isEmpty {
            lines.append("  nothing to write for the account '\(account.name)'")
        } else {
            lines.append("  write for the account '\(account.name)' in accounts.yaml, or as OCTOPARSE_API:")
            lines += accountLines.map { "    \($0)" }
        }
        return lines
    }
}

extension CursorProbe.Findings {
    /// Null where the host has neither rows behind a cursor nor unexported rows in two phases.
    package var json: OrderedJSON {
        guard hasCursors || unexported != nil else { return .null }
        return .object([
            "cursor": hasCursors ? .text(cursor.rawValue) : .null, "order": .text(order.rawValue),
            "counts_rows": countsRows.map { .boolean($0) } ?? .null, "rows_per_answer": .integer(rowsPerAnswer),
            "bytes_per_answer": .integer(bytesPerAnswer), "unexported": unexported.map { .integer($0) } ?? .null,
        ])
    }

    package var lines: [String] {
        var lines: [String] = []
        func tell(_ name: String, _ text: String) {
            lines.append("  \(name.padding(toLength: 10, withPad: " ", startingAt: 0)) \(text)")
        }
        if hasCursors {
            tell("cursors", cursorWords)
            tell("rows", orderWords)
            tell(
                "an answer",
                "\(rowsPerAnswer.grouped) rows, \(bytesPerAnswer.byteSize), of 1,000 rows asked for"
                    + (rowsPerAnswer < min(rows, 1000) ? ": answers are capped" : ""))
        } else {
            tell("cursors", "none: this host has no rows by offset, and so no increments")
        }
        tell(
            "unexported",
            unexported.map { "\($0.counted("row")), fetched first and marked once they are stored" }
                ?? "marked as exported by answering: a lost answer is lost rows")
        return lines
    }

    private var cursorWords: String {
        let numbers = countsRows.map { $0 ? "; they are numbers of rows" : "; they are no numbers of rows" } ?? ""
        return switch cursor {
        case .exclusive: "the rows behind a cursor do not begin with its own row\(numbers)"
        case .inclusive: "the rows behind a cursor begin with its own row again, which is told by counts\(numbers)"
        case .unknown: rows == 0 ? "not seen: the task holds no row" : "not seen: the counts contradict each other"
        }
    }

    private var orderWords: String {
        switch order {
        case .stable: "come in the same order twice"
        case .unstable: "do NOT come in the same order twice"
        case .unknown: "order not seen"
        }
    }
}
