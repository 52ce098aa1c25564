import CYaml
import Records

/// Reads one YAML document into nodes with positions, reporting what it refuses.
///
/// It stands on libyaml's events, from the C module that Yams builds: a tree composed by Yams has lost the place of a
/// repeated key, has followed aliases, and stops at the first fault. Refused are anchors, aliases and tags (nothing
/// here needs them, and they let a small file stand for a huge one), second documents, tabs as indentation, keys that
/// are no text, and nesting past ``maximumDepth``.
///
/// Complexity: linear in the size of the file.
struct YAMLReader {
    /// The deepest nesting that a file may have; the deepest that any key asks for is 4.
    static let maximumDepth = 16

    private let source: SourceText
    private let log: ProblemLog
    private var builder = YAMLTreeBuilder()
    /// Lines that begin inside a scalar, where a tab is content.
    private var scalarLines: Set<Int> = []

    /// The document's root, or nil where the file holds none or is no YAML; the reason is in `log`.
    static func read(_ source: SourceText, log: ProblemLog) -> YAMLNode? {
        var reader = YAMLReader(source: source, log: log)
        let root = reader.read()
        reader.reportTabs()
        return root
    }

    private init(source: SourceText, log: ProblemLog) {
        self.source = source
        self.log = log
    }

    private mutating func read() -> YAMLNode? {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else {
            log.report(.unreadable, at: .start, "cannot be read: out of memory")
            return nil
        }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        return source.bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            return readDocument(parser)
        }
    }

    private mutating func readDocument(_ parser: UnsafeMutablePointer<yaml_parser_t>) -> YAMLNode? {
        var documents = 0
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else {
                report(YAMLFault(parser.pointee, in: source))
                return nil
            }
            defer { yaml_event_delete(&event) }
            switch event.type {
            case YAML_STREAM_END_EVENT:
                return root()
            case YAML_DOCUMENT_START_EVENT:
                documents += 1
                if documents > 1 {
                    log.report(
                        .notYAML, at: TextPosition(event.start_mark), "a second document begins here",
                        expected: "one document a file")
                    return builder.root
                }
            default:
                guard take(event) else { return nil }
            }
        }
    }

    private func root() -> YAMLNode? {
        guard let root = builder.root, !root.isNull else {
            log.report(.emptyFile, at: .start, "the file is empty", expected: "keys and their values")
            return nil
        }
        return root
    }

    /// Whether reading can go on.
    private mutating func take(_ event: yaml_event_t) -> Bool {
        let position = TextPosition(event.start_mark)
        switch event.type {
        case YAML_ALIAS_EVENT:
            log.report(
                .refused, at: position, "an alias (*name) is refused", expected: "the value itself",
                hint: "quote a value that begins with *")
            return add(YAMLNode(position: position, kind: .invalid))
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            refuse(anchor: scalar.anchor, tag: scalar.tag, at: position)
            noteLines(of: event)
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            return add(YAMLNode(position: position, kind: .scalar(.init(text: text, isPlain: isPlain))))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            refuse(anchor: start.anchor, tag: start.tag, at: position)
            return open(at: position) { $0.openSequence(at: position) }
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            refuse(anchor: start.anchor, tag: start.tag, at: position)
            return open(at: position) { $0.openMapping(at: position) }
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            let badKey = builder.close()
            return reportBadKey(badKey)
        default:
            return true
        }
    }

    private mutating func add(_ node: YAMLNode) -> Bool {
        // In two steps: as an argument, the call would run while a copy of this reader is held, and copy the tree.
        let badKey = builder.add(node)
        return reportBadKey(badKey)
    }

    private mutating func open(at position: TextPosition, _ body: (inout YAMLTreeBuilder) -> Void) -> Bool {
        guard builder.depth < Self.maximumDepth else {
            log.report(
                .refused, at: position, "values are nested too deeply",
                expected: "at most \(Self.maximumDepth) levels")
            return false
        }
        body(&builder)
        return true
    }

    private func reportBadKey(_ badKey: TextPosition?) -> Bool {
        guard let badKey else { return true }
        log.report(.wrongType, at: badKey, "a key is a list, a mapping or an alias", expected: "a word")
        return false
    }

    private func refuse(
        anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?, at position: TextPosition
    ) {
        if anchor != nil {
            log.report(
                .refused, at: position, "an anchor (&name) is refused", expected: "the value alone",
                hint: "quote a value that begins with &")
        }
        if tag != nil {
            log.report(
                .refused, at: position, "a tag (!name) is refused", expected: "the value alone",
                hint: "quote a value that begins with !")
        }
    }

    private mutating func noteLines(of event: yaml_event_t) {
        let first = event.start_mark.line + 2
        // A block's end is the start of the line after it.
        let last = event.end_mark.column == 0 ? event.end_mark.line : event.end_mark.line + 1
        if first <= last { scalarLines.formUnion(first...last) }
    }

    /// A tab that indents is told once, in plainer words than libyaml's.
    private func report(_ fault: YAMLFault) {
        if source.tabIndentation.contains(fault.position) { return }
        log.add(fault.problem(file: log.file))
    }

    private func reportTabs() {
        for position in source.tabIndentation where !scalarLines.contains(position.line) {
            log.report(
                .tab, at: position, "a tab indents the line", expected: "spaces",
                hint: "replace each tab by spaces")
        }
    }
}

extension TextPosition {
    init(_ mark: yaml_mark_t) {
        self.init(line: mark.line + 1, column: mark.column + 1)
    }
}
