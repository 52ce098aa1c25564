/// One thing wrong with a job file, an account file, or the environment that stands in for one.
package struct JobProblem: Error, Sendable, Hashable {
    /// The closed list of reasons.
    package enum Code: String, Sendable, CaseIterable, Codable {
        /// A key that means nothing here.
        case unknownKey = "unknown-key"
        /// A key given twice in one mapping.
        case duplicateKey = "duplicate-key"
        /// A key that must be there and is not.
        case missingKey = "missing-key"
        /// A list where text belongs, and the like.
        case wrongType = "wrong-type"
        /// Of the right type, but impossible.
        case badValue = "bad-value"
        /// Two values, or two jobs, that cannot both be meant.
        case conflict
        case emptyFile = "empty-file"
        case notYAML = "not-yaml"
        /// A tab used as indentation.
        case tab
        /// An anchor, an alias, a tag, or nesting past all need.
        case refused
        case tooLarge = "too-large"
        case unreadable
        /// A folder without a job file.
        case noJobs = "no-jobs"
        /// More problems in one file than are worth listing.
        case tooMany = "too-many"
    }

    package let code: Code
    /// The file's path as given, or `environment`.
    package let file: String
    /// Where in the file; nil for a folder, a file that cannot be read, and the environment.
    package let position: TextPosition?
    /// The key concerned, with those around it (`notify.success`, `tasks[2]`), or the environment's variable.
    package let key: String?
    /// What is wrong, naming the value where it is no secret.
    package let message: String
    /// What belongs there.
    package let expected: String?
    /// What to try.
    package let hint: String?

    package var line: Int? { position?.line }
    package var column: Int? { position?.column }

    init(
        code: Code, file: String, position: TextPosition?, key: String? = nil, message: String,
        expected: String? = nil, hint: String? = nil
    ) {
        self.code = code
        self.file = file
        self.position = position
        self.key = key.map(QuotedText.sentence)
        // Sentences of other modules may quote the file's text as it stands.
        self.message = QuotedText.sentence(message)
        self.expected = expected.map(QuotedText.sentence)
        self.hint = hint.map(QuotedText.sentence)
    }
}

extension JobProblem: CustomStringConvertible {
    /// As compilers write it: `jobs/weather.yaml:3:9: window: '0s' is too short (expected a duration of at least 1s)`.
    package var description: String {
        var text = file
        if let position { text += ":\(position.line):\(position.column)" }
        text += ": "
        if let key { text += "\(key): " }
        text += message
        if let expected { text += " (expected \(expected))" }
        if let hint { text += "; \(hint)" }
        return text
    }
}

extension JobProblem: Comparable {
    /// By file, then by place in it.
    package static func < (left: JobProblem, right: JobProblem) -> Bool {
        if left.file != right.file { return left.file < right.file }
        let (here, there) = (left.position ?? .start, right.position ?? .start)
        return here != there ? here < there : (left.key ?? "", left.message) < (right.key ?? "", right.message)
    }
}

extension JobProblem: Encodable {
    private enum CodingKeys: String, CodingKey {
        case file, line, column, key, code, message, expected, hint
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(file, forKey: .file)
        try container.encode(line, forKey: .line)
        try container.encode(column, forKey: .column)
        try container.encode(key, forKey: .key)
        try container.encode(code, forKey: .code)
        try container.encode(message, forKey: .message)
        try container.encode(expected, forKey: .expected)
        try container.encode(hint, forKey: .hint)
    }
}
