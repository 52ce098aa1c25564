import Foundation

@testable import Jobs

/// Job files: a job or a list of problems, never both, never neither; a job that is shown reads as the same job.
enum JobFileFuzz: FuzzTarget {
    static let name = "job-file"

    static var corpus: [[UInt8]] {
        get throws {
            try ["jobs/weather.yaml", "jobs/hourly.yaml.example", "Tests/Fixtures/good-jobs/full.yaml"].map {
                try YAMLCases.bytes($0)
            } + [
                Array("tasks: {name: [\"*\"]}\nschedule: '@daily'\nsource: all\nkeep: {last: 3, weekly: 1}\n".utf8),
                Array("{tasks: [a], schedule: 5 4 * * *, hooks: {failure: \"x\"}, groups: [1]}".utf8),
            ]
        }
    }

    static let words =
        YAMLCases.words + [
            "tasks", "groups", "all", "source", "schedule", "window", "settle", "recheck", "proof", "page_size",
            "notify",
            "hooks", "success", "keep", "overrides", "name", "1h", "0s", "90d", "2026-11-01", "H * * * *",
            "https://a.b/c",
        ]

    static func check(_ input: [UInt8]) throws -> Bool {
        let (job, problems) = read(input)
        try YAMLCases.check(problems, isTaken: job != nil, of: input)
        guard let job else { return false }
        let shown = job.effective
        let (again, complaints) = read(Array(shown.yaml.utf8))
        guard let again else { throw Finding("shown as\n\(shown.yaml)\nit is refused: \(complaints)") }
        guard again.effective == shown else { throw Finding("shown as\n\(shown.yaml)\nit is another job") }
        return true
    }

    private static func read(_ bytes: [UInt8]) -> (job: Job?, problems: [JobProblem]) {
        let log = ProblemLog(file: "weather.yaml")
        guard let text = YAMLCases.text(bytes, log: log) else { return (nil, log.problems) }
        return (JobFileReader.read(name: "weather", text: text, log: log)?.job, log.problems)
    }
}

/// Account files, with secrets in them: whatever is wrong, no problem shows one.
enum AccountFileFuzz: FuzzTarget {
    static let name = "account-file"
    static let secret = "hunter2"

    static var corpus: [[UInt8]] {
        get throws {
            try ["jobs/accounts.yaml", "Tests/Fixtures/good-jobs/accounts.yaml"].map { try YAMLCases.bytes($0) }
        }
    }

    static let words =
        YAMLCases.words + [
            "username", "password_file", "password_command", "password_env", "base_url", "http://10.0.0.1", "time_zone",
            "interval", "closed", "allow_http", "ca_file", "requests_per_second", "Europe/Berlin",
        ]

    static func check(_ input: [UInt8]) throws -> Bool {
        let log = ProblemLog(file: "accounts.yaml")
        guard let text = YAMLCases.text(input, log: log) else { return false }
        let file = AccountsFileReader.read(text, folder: "jobs", home: "/home/ada", log: log)
        let isTaken = log.isEmpty
        if isTaken, file.accounts.isEmpty { throw Finding("no account and no problem") }
        try YAMLCases.check(log.problems, isTaken: isTaken, of: input)
        return isTaken
    }
}

/// What the readers of YAML files have in common.
enum YAMLCases {
    static let words = [
        "{", "}", "[", "]", "- ", ": ", "? ", "*a", "&a ", "!!str ", "<<: *a", "|\n ", ">-\n  ", "---\n", "...\n",
        "%YAML 1.2\n",
        "~", "null", "true", "yes", "no", "'", "\"", "# ", "\n  ", "\n    ", "\t", "\\x1b", "\\u202e", "0x10", "1_000",
        "[[[[[[",
    ]

    static func bytes(_ path: String) throws -> [UInt8] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return Array(try Data(contentsOf: root.appendingPathComponent(path)))
    }

    /// As a file of these bytes is read.
    static func text(_ bytes: [UInt8], log: ProblemLog) -> SourceText? {
        let text = SourceText(bytes)
        guard let invalid = text.firstInvalidByte else { return text }
        log.report(.notYAML, at: text.position(atByte: invalid), "the file is no UTF-8 text")
        return nil
    }

    static func check(_ problems: [JobProblem], isTaken: Bool, of input: [UInt8]) throws {
        guard isTaken == problems.isEmpty else { throw Finding("taken: \(isTaken), with \(problems)") }
        guard problems.count <= ProblemLog.limit + 1 else { throw Finding("\(problems.count) problems") }
        // YAML ends lines at a carriage return, at U+0085 and at the separators of lines, too.
        let ends: [Unicode.Scalar] = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]
        let lines = String(decoding: input, as: UTF8.self).unicodeScalars.count { ends.contains($0) } + 2
        for problem in problems {
            guard (1...lines).contains(problem.line ?? 1), problem.column ?? 1 >= 1 else {
                throw Finding("it points at \(String(describing: problem.position)): \(problem)")
            }
            let unseen = problem.description.unicodeScalars.contains {
                [.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
            }
            guard !unseen else { throw Finding("an unseen character in \(problem.description.debugDescription)") }
        }
    }
}
