import Records
package import Snapshots

/// What a look at a task behind a cursor came to, for people and for scripts.
package struct CursorProbeReport: Sendable {
    let task: String
    let api: APIDialect
    let findings: CursorProbe.Findings
    let requests: Int

    package init(task: String, isOfToday: Bool, _ findings: CursorProbe.Findings, requests: Int) {
        self.task = task
        api = isOfToday ? .openAPI : .dataExport
        self.findings = findings
        self.requests = requests
    }

    package var json: OrderedJSON {
        .object([
            "task": .text(task), "requests": .integer(requests), "api": .text(api.rawValue),
            "task_rows": .integer(findings.rows), "cursor": .text(findings.cursor.rawValue),
            "order": .text(findings.order.rawValue), "rows_per_answer": .integer(findings.rowsPerAnswer),
            "unexported": findings.unexported.map { .integer($0) } ?? .null,
            "account": .array([.text("api: \(api.rawValue)")]),
        ])
    }

    package var lines: [String] {
        [
            "task \(task): \(findings.rows.counted("row")) behind cursors, \(requests) requests",
            "  api         \(api.rawValue)", "  cursor      \(findings.cursor.rawValue)",
            "  order       \(findings.order.rawValue)",
            "  an answer   \(findings.rowsPerAnswer.counted("row")) of 1000",
            "  unexported  "
                + (findings.unexported.map { "\($0.counted("row")), fetched first and marked later" }
                    ?? "cannot be fetched without being marked"),
            "for the account: api: \(api.rawValue)",
        ]
    }
}
