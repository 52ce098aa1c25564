import Spelling

/// The keys that one kind of mapping may hold, as they are written.
protocol FileKey: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {}

/// A mapping of a file whose keys are known: unknown and repeated ones are reported as it is made.
struct Section<Key: FileKey> {
    /// Where the mapping begins.
    let position: TextPosition
    /// The mapping's own place in the file, such as `notify`; empty at the top.
    let path: String
    let log: ProblemLog
    private var fields: [Key: Field] = [:]
    private var hasUnknownKeys = false

    /// - Parameters:
    ///   - hints: what to say about keys that people try and that are refused on purpose.
    ///   - secrets: keys whose values no message may show.
    init(
        _ entries: [YAMLNode.Entry], at position: TextPosition, path: String, log: ProblemLog,
        secrets: Set<Key> = [], hints: [String: String] = [:]
    ) {
        self.position = position
        self.path = path
        self.log = log
        var lines: [String: Int] = [:]
        for entry in entries {
            let fieldPath = path.isEmpty ? entry.key : "\(path).\(entry.key)"
            if let line = lines[entry.key] {
                log.report(
                    .duplicateKey, at: entry.keyPosition, key: QuotedText.key(fieldPath), "the key is given twice",
                    expected: "one value; the first is in line \(line)")
                continue
            }
            lines[entry.key] = entry.keyPosition.line
            guard let key = Key(rawValue: entry.key) else {
                hasUnknownKeys = true
                reportUnknown(entry, path: fieldPath, hint: hints[entry.key])
                continue
            }
            fields[key] = Field(
                path: fieldPath, keyPosition: entry.keyPosition, node: entry.value, isSecret: secrets.contains(key),
                log: log)
        }
    }

    /// The field of `key`; nil where it is absent.
    subscript(key: Key) -> Field? { fields[key] }

    /// Whether no key but `key` is there, not even an unknown one.
    func holdsOnly(_ key: Key) -> Bool { !hasUnknownKeys && fields.keys.allSatisfy { $0 == key } }

    /// The field of a key that must be there; its absence is reported.
    func required(_ key: Key, expected: String) -> Field? {
        if let field = fields[key] { return field }
        log.report(
            .missingKey, at: position, key: path.isEmpty ? nil : path, "there is no '\(key.rawValue)'",
            expected: expected)
        return nil
    }

    private func reportUnknown(_ entry: YAMLNode.Entry, path: String, hint: String?) {
        // Looking for what was meant costs more than all else.
        guard !log.isFull else { return log.report(.unknownKey, at: entry.keyPosition, "the key is unknown") }
        let known = Key.allCases.map(\.rawValue)
        let nearest = NearestName.of(entry.key, among: known).map { "did you mean '\($0)'?" }
        let isKnownElsewhere = hint == nil && nearest == nil
        log.report(
            .unknownKey, at: entry.keyPosition, key: QuotedText.key(path), "the key is unknown",
            expected: isKnownElsewhere ? "one of \(known.joined(separator: ", "))" : nil, hint: hint ?? nearest)
    }
}
