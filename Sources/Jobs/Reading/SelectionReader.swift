/// Reads `tasks` and `groups`, remembering where each task and group stands.
struct SelectionReader {
    private static let expected = "a list of task ids, or {name: PATTERN}"
    private static let groupsExpected = "a list of group ids, or all"

    private(set) var ids: [PlacedText] = []
    private(set) var names: [PlacedText] = []
    private(set) var groups: [PlacedText] = []
    private(set) var allGroups: TextPosition?
    /// Where each text was given first, by list: a file may hold a hundred thousand.
    private var firstLines: [PartialKeyPath<SelectionReader>: [String: Int]] = [:]

    var selection: TaskSelection {
        let taken: TaskSelection.Groups =
            if allGroups != nil { .all } else if groups.isEmpty { .none } else { .some(groups.map(\.text)) }
        return TaskSelection(ids: ids.map(\.text), names: names.map { NamePattern($0.text) }, groups: taken)
    }

    mutating func readTasks(_ field: Field) {
        if case .mapping = field.node.kind {
            readPattern(field)
            return
        }
        let items = field.items(expected: Self.expected, hint: "write [ID] for one task") ?? []
        for item in items {
            if case .mapping = item.node.kind {
                readPattern(item)
            } else if let id = item.text(expected: "a task's id, or {name: PATTERN}") {
                add(id.isGUID ? id.lowercased() : id, of: item, to: \.ids, folding: true)
            }
        }
    }

    mutating func readGroups(_ field: Field) {
        if case .scalar(let scalar) = field.node.kind, scalar.text == "all" {
            allGroups = field.position
            return
        }
        for item in field.items(expected: Self.groupsExpected, hint: "write [ID] for one group") ?? [] {
            guard let id = item.text(expected: "a group's id") else { continue }
            add(id, of: item, to: \.groups, folding: false)
        }
    }

    private mutating func readPattern(_ field: Field) {
        guard let section = field.section(TaskPatternKey.self, expected: "{name: PATTERN}"),
            let name = section.required(.name, expected: "a pattern for task names, such as \"Shop *\"")
        else { return }
        guard case .sequence = name.node.kind else {
            readPatternText(name)
            return
        }
        for item in name.items(expected: "patterns for task names") ?? [] { readPatternText(item) }
    }

    private mutating func readPatternText(_ field: Field) {
        guard let text = field.text(expected: "a pattern for task names, such as \"Shop *\"") else { return }
        add(text, of: field, to: \.names, folding: false)
    }

    private mutating func add(
        _ text: String, of field: Field, to list: WritableKeyPath<SelectionReader, [PlacedText]>, folding: Bool
    ) {
        let key = folding ? TaskSelection.folded(text) : text
        guard let first = firstLines[list]?[key] else {
            firstLines[list, default: [:]][key] = field.position.line
            self[keyPath: list].append(
                PlacedText(text: text, key: key, path: field.path, position: field.position))
            return
        }
        field.report(
            ValueProblem(
                code: .conflict, "\(QuotedText.value(text)) is given twice",
                expected: "each once; the first is in line \(first)"))
    }
}

/// A text of a file, and where it stands.
struct PlacedText {
    let text: String
    /// What two texts that mean the same have in common.
    let key: String
    let path: String
    let position: TextPosition
}

extension String {
    /// Whether this has the form `b1d51de6-f644-4a26-b659-d001fe527f4c`, in either case.
    var isGUID: Bool {
        let bytes = Array(utf8)
        guard bytes.count == 36 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            [8, 13, 18, 23].contains(index)
                ? byte == UInt8(ascii: "-") : Unicode.Scalar(byte).properties.isASCIIHexDigit
        }
    }
}
