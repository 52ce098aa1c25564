import CYaml

/// Why libyaml stopped, in words that say what to write instead.
struct YAMLFault {
    let position: TextPosition
    private let reason: String
    private let hint: String?

    init(_ parser: yaml_parser_t, in source: SourceText) {
        let problem = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
        if parser.error == YAML_READER_ERROR {
            position = source.position(atByte: parser.problem_offset)
            reason = problem
            hint = "save the file as plain UTF-8 text"
            return
        }
        position = TextPosition(parser.problem_mark)
        let context = parser.context.map { String(cString: $0) + ", " } ?? ""
        reason = context + problem
        let lead = source.rest(from: TextPosition(parser.problem_mark))?.first
        let isAlias = context.contains("alias") || context.contains("anchor")
        hint = isAlias ? "quote a value that begins with * or &" : Self.hint(problem: problem, lead: lead)
    }

    func problem(file: String) -> JobProblem {
        JobProblem(
            code: .notYAML, file: file, position: position, message: "this is no YAML: \(reason)",
            expected: "'key: value' lines", hint: hint)
    }

    private static func hint(problem: String, lead: Unicode.Scalar?) -> String? {
        switch lead {
        case "\t": return "indent with spaces, not tabs"
        case "@"?, "`"?, "%"?: return lead.map { "quote a value that begins with \($0)" }
        default: break
        }
        if problem.contains("mapping values are not allowed") { return "quote a value that holds ': '" }
        if problem.contains("expected ':'") { return "put ': ' after the key, or quote a value of several lines" }
        if problem.contains("block") || problem.contains("expected key") { return "look at the indentation" }
        return nil
    }
}
