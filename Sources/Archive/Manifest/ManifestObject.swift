import Foundation
import Records
import StorageTime

/// One object of a manifest, whose fields are asked for by key and type.
///
/// Fields are looked for from where the last one was found, so that keys in the written order cost one comparison each.
struct ManifestObject {
    private let fields: [JSONTree.Field]
    private let path: String
    private var next = 0
    private static let mostFields = 256

    /// - Throws: ``ArchiveError/Code/manifestUnreadable`` where `tree` is no object, or a key comes twice.
    init(_ tree: JSONTree, path: String) throws(ArchiveError) {
        guard case .object(let piece) = tree else {
            throw ArchiveError(.manifestUnreadable, "\(path) is no manifest: a value should be an object")
        }
        do throws(JSONTree.Failure) {
            fields = try piece.fields(limit: Self.mostFields)
        } catch {
            throw Self.unreadable(error, path)
        }
        self.path = path
        for index in fields.indices {
            for earlier in 0..<index where fields[earlier].key == fields[index].key {
                throw ArchiveError(
                    .manifestUnreadable, "\(path) is no manifest: the key '\(fields[index].key)' comes twice")
            }
        }
    }

    mutating func string(_ key: String) throws(ArchiveError) -> String {
        guard case .string(let text) = try value(key) else { throw wrong(key, "text") }
        return text
    }

    mutating func optionalString(_ key: String) throws(ArchiveError) -> String? {
        switch try value(key) {
        case .string(let text): return text
        case .null: return nil
        default: throw wrong(key, "text or null")
        }
    }

    /// A number from `least` on.
    mutating func integer(_ key: String, least: Int = 0) throws(ArchiveError) -> Int {
        guard case .integer(let number) = try value(key), number >= least else {
            throw wrong(key, "a whole number from \(least)")
        }
        return number
    }

    mutating func boolean(_ key: String) throws(ArchiveError) -> Bool {
        guard case .boolean(let value) = try value(key) else { throw wrong(key, "true or false") }
        return value
    }

    mutating func object(_ key: String) throws(ArchiveError) -> ManifestObject {
        try ManifestObject(value(key), path: path)
    }

    mutating func optionalObject(_ key: String) throws(ArchiveError) -> ManifestObject? {
        let tree = try value(key)
        if case .null = tree { return nil }
        return try ManifestObject(tree, path: path)
    }

    mutating func array<Element>(
        _ key: String, _ element: (JSONTree, String) throws(ArchiveError) -> Element
    ) throws(ArchiveError) -> [Element] {
        guard case .array(let piece) = try value(key) else { throw wrong(key, "a list") }
        let path = path
        return try JSONTreeParser.run(piece.text, at: piece.start) { parser throws(ArchiveError) in
            var elements: [Element] = []
            while let tree = try Self.next(&parser, path) { elements.append(try element(tree, path)) }
            return elements
        }
    }

    mutating func strings(_ key: String) throws(ArchiveError) -> [String] {
        let problem = wrong(key, "a list of texts")
        return try array(key) { tree, _ throws(ArchiveError) in
            guard case .string(let text) = tree else { throw problem }
            return text
        }
    }

    private static func next(_ parser: inout JSONTreeParser, _ path: String) throws(ArchiveError) -> JSONTree? {
        do throws(JSONTree.Failure) { return try parser.nextElement() } catch { throw unreadable(error, path) }
    }

    static func unreadable(_ failure: JSONTree.Failure, _ path: String) -> ArchiveError {
        ArchiveError(
            .manifestUnreadable, "\(path) is no manifest: expected \(failure.expected) at byte \(failure.offset)")
    }

    /// The key `absent`: runs of places, each its first one and its length; nil where the key is not there.
    mutating func absent() throws(ArchiveError) -> [Range<Int>]? {
        guard fields.contains(where: { $0.key == "absent" }) else { return nil }
        let problem = wrong("absent", "a list of places and lengths")
        return try array("absent") { tree, path throws(ArchiveError) in
            guard case .array(let pair) = tree else { throw problem }
            return try JSONTreeParser.run(pair.text, at: pair.start) { parser throws(ArchiveError) in
                guard case .integer(let first) = try Self.next(&parser, path), first >= 0,
                    case .integer(let count) = try Self.next(&parser, path), count > 0,
                    case nil = try Self.next(&parser, path)
                else { throw problem }
                let (end, isTooLarge) = first.addingReportingOverflow(count)
                guard !isTooLarge else { throw problem }
                return first..<end
            }
        }
    }

    /// The keys of an increment; nil where they are not there.
    mutating func range() throws(ArchiveError) -> CursorRange? {
        guard fields.contains(where: { $0.key == "range" }) else { return nil }
        var object = try object("range")
        let (after, through) = (try object.string("after"), try object.string("through"))
        var range = CursorRange(
            after: after, through: through, restTotal: try integer("rest_total"),
            walkedAt: try optionalDate("walked_at"))
        guard fields.contains(where: { $0.key == "last_answer" }) else { return range }
        var last = try self.object("last_answer")
        range.lastAnswer = LastAnswer(
            after: try last.string("after"), rows: try last.integer("rows"), endsWith: try last.strings("ends_with"))
        return range
    }

    mutating func mark() throws(ArchiveError) -> ExportMark? {
        guard fields.contains(where: { $0.key == "mark" }) else { return nil }
        var object = try object("mark")
        return ExportMark(total: try object.integer("total"), isConfirmed: try object.boolean("confirmed"))
    }

    mutating func increments() throws(ArchiveError) -> [Manifest.Increment] {
        guard fields.contains(where: { $0.key == "increments" }) else { return [] }
        return try array("increments") { tree, path throws(ArchiveError) in
            try Manifest.Increment(reading: ManifestObject(tree, path: path))
        }
    }

    mutating func lot() throws(ArchiveError) -> String? {
        fields.contains { $0.key == "lot" } ? try string("lot") : nil
    }

    /// Which members of the archive are a part's.
    mutating func members() throws(ArchiveError) -> Range<Int> {
        var members = try object("members")
        let first = try members.integer("first")
        return first..<(first + (try members.integer("count")))
    }

    /// A key that is written only where it is true.
    mutating func flag(_ key: String) throws(ArchiveError) -> Bool {
        guard fields.contains(where: { $0.key == key }) else { return false }
        return try boolean(key)
    }

    func wrong(_ key: String, _ expected: String) -> ArchiveError {
        ArchiveError(.manifestUnreadable, "\(path) is no manifest: '\(key)' should be \(expected)")
    }

    private mutating func value(_ key: String) throws(ArchiveError) -> JSONTree {
        if next < fields.count, fields[next].key == key {
            next += 1
            return fields[next - 1].value
        }
        guard let index = fields.firstIndex(where: { $0.key == key }) else {
            throw ArchiveError(.manifestUnreadable, "\(path) is no manifest: the key '\(key)' is missing")
        }
        next = index + 1
        return fields[index].value
    }
}

extension ManifestObject {
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of type: Choice.Type = Choice.self
    ) throws(ArchiveError) -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: try string(key)) else {
            throw wrong(key, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    mutating func date(_ key: String) throws(ArchiveError) -> Date {
        guard let date = UTCTime.parse(try string(key)) else { throw wrong(key, "a time such as 2026-11-23T10:15:00Z") }
        return date
    }

    mutating func optionalDate(_ key: String) throws(ArchiveError) -> Date? {
        guard let text = try optionalString(key) else { return nil }
        guard let date = UTCTime.parse(text) else { throw wrong(key, "a time such as 2026-11-23T10:15:00Z, or null") }
        return date
    }

    mutating func digest(_ key: String) throws(ArchiveError) -> RowsDigest {
        guard let digest = RowsDigest(hex: try string(key)) else { throw wrong(key, "64 hex digits in lower case") }
        return digest
    }

    mutating func storageTime(_ key: String) throws(ArchiveError) -> StorageInstant {
        let text = try string(key)
        guard text.utf8.count == 19, let time = try? StorageInstant(parsing: text) else {
            throw wrong(key, "a time such as 2013-01-01 00:00:00")
        }
        return time
    }

    /// The object `window` as a window and a zone; nil for null.
    mutating func window() throws(ArchiveError) -> (window: Window, timeZone: String?)? {
        guard var object = try optionalObject("window") else { return nil }
        let from = try object.storageTime("from")
        let to = try object.storageTime("to")
        let timeZone = try object.optionalString("time_zone")
        guard let window = try? Window(from: from, to: to) else { throw wrong("to", "later than 'from'") }
        return (window, timeZone)
    }

    mutating func archive() throws(ArchiveError) -> ArchiveFacts? {
        guard var object = try optionalObject("archive") else { return nil }
        return try ArchiveFacts(
            file: object.string("file"), bytes: object.integer("bytes"), sha256: object.string("sha256"),
            uncompressedBytes: object.integer("uncompressed_bytes"),
            members: object.array("members") { tree, path throws(ArchiveError) in
                var member = try ManifestObject(tree, path: path)
                return try ArchiveMember(
                    offset: member.integer("offset"), bytes: member.integer("bytes"),
                    uncompressedBytes: member.integer("uncompressed_bytes"), rows: member.integer("rows"))
            })
    }
}
