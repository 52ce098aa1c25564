/// A key's value and its place, read as what the key asks for. What does not fit is reported, and nil returned.
struct Field {
    /// The key with those around it, such as `notify.success` or `tasks[2]`.
    let path: String
    let keyPosition: TextPosition
    let node: YAMLNode
    /// Whether messages must not show the value.
    let isSecret: Bool
    let log: ProblemLog

    /// Where the value stands; where it is missing, the key.
    var position: TextPosition { node.isNull ? keyPosition : node.position }

    func report(_ problem: ValueProblem) {
        log.report(
            problem.code, at: position, key: QuotedText.key(path), problem.message, expected: problem.expected,
            hint: problem.hint)
    }

    /// Reports that the value is of another type than `expected`.
    func reportType(expected: String, hint: String? = nil) {
        let found: String? =
            switch node.kind {
            case .invalid: nil
            case .sequence: "this is a list"
            case .mapping: "this is a mapping"
            case .scalar(let scalar) where scalar.isNull: "there is no value"
            case .scalar(let scalar): "\(isSecret ? "the value" : QuotedText.value(scalar.text)) is \(scalar.typeName)"
            }
        guard let found else { return }
        report(ValueProblem(code: .wrongType, found, expected: expected, hint: hint))
    }

    /// The value as a rule reads it.
    ///
    /// - Parameter quoted: whether the value may stand in quotes, which makes it text in YAML.
    func value<Value>(_ rule: ValueRule<Value>, quoted: Bool = true) -> Value? {
        guard case .scalar(let scalar) = node.kind, !scalar.isNull else {
            reportType(expected: rule.expected)
            return nil
        }
        if !quoted, !scalar.isPlain {
            reportType(expected: rule.expected, hint: "leave the quotes out")
            return nil
        }
        do throws(ValueProblem) {
            return try rule.read(scalar.text)
        } catch {
            report(isSecret && !rule.isDiscreet ? error.withoutValue(expected: rule.expected) : error)
            return nil
        }
    }

    /// Text: any scalar but `true`, `false` and nothing, which need quotes to be text.
    func text(expected: String) -> String? {
        if case .scalar(let scalar) = node.kind, scalar.isPlain, TruthWord.meaning[scalar.text] != nil {
            reportType(expected: expected, hint: "put it in quotes if the word itself is meant")
            return nil
        }
        return value(.text(expected: expected))
    }

    /// The items of a list that is not empty.
    func items(expected: String, hint: String? = nil) -> [Field]? {
        guard case .sequence(let nodes) = node.kind else {
            reportType(expected: expected, hint: hint)
            return nil
        }
        guard !nodes.isEmpty else {
            report(ValueProblem("the list is empty", expected: expected))
            return nil
        }
        return nodes.enumerated().map { index, item in
            Field(path: "\(path)[\(index)]", keyPosition: item.position, node: item, isSecret: isSecret, log: log)
        }
    }

    /// A mapping with at least one key.
    func section<Key: FileKey>(
        _ keys: Key.Type, expected: String, secrets: Set<Key> = [], hints: [String: String] = [:]
    ) -> Section<Key>? {
        guard case .mapping(let entries) = node.kind else {
            reportType(expected: expected)
            return nil
        }
        guard !entries.isEmpty else {
            report(ValueProblem("the mapping is empty", expected: expected))
            return nil
        }
        return Section(entries, at: position, path: path, log: log, secrets: secrets, hints: hints)
    }
}

extension Field {
    /// Reports a problem with the key itself, at the key.
    func reportKey(_ code: JobProblem.Code, _ message: String, expected: String?) {
        log.report(code, at: keyPosition, key: QuotedText.key(path), message, expected: expected)
    }

    /// A command: text for the shell, or a list of a program and its arguments.
    func command() -> ShellCommand? {
        let expected = "a command as text for the shell, or as a list of program and arguments"
        guard case .sequence = node.kind else {
            return value(.commandText(expected: expected)).map(ShellCommand.shell)
        }
        guard let items = items(expected: expected) else { return nil }
        let words = items.enumerated().compactMap { index, item -> String? in
            let rule = ValueRule.word(mayBeEmpty: index > 0)
            return item.node.isNull && index > 0 ? item.nullWord() : item.value(rule)
        }
        return words.count == items.count ? .program(words) : nil
    }

    private func nullWord() -> String? {
        reportType(expected: "text; an empty argument is written \"\"")
        return nil
    }
}

extension ValueRule where Value == String {
    fileprivate static func commandText(expected: String) -> Self {
        ValueRule(expected: expected, isDiscreet: true) { text throws(ValueProblem) in
            guard text.contains(where: { !$0.isWhitespace }), !text.unicodeScalars.contains("\0") else {
                throw ValueProblem("the command is empty or holds a NUL", expected: expected)
            }
            return text
        }
    }

    fileprivate static func word(mayBeEmpty: Bool) -> Self {
        ValueRule(expected: mayBeEmpty ? "text" : "a program's name or path", isDiscreet: true) {
            text throws(ValueProblem) in
            guard mayBeEmpty || !text.isEmpty, !text.unicodeScalars.contains("\0") else {
                throw ValueProblem("the word is empty or holds a NUL", expected: mayBeEmpty ? "text" : "a program")
            }
            return text
        }
    }
}
