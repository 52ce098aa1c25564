import Foundation
import Records
import RowJSON
import StorageTime

/// Writes JSON by hand, so that equal values give equal bytes whatever the library's version.
struct ManifestWriter {
    private(set) var bytes: [UInt8] = []
    /// Whether the next key or element is the first of its object or array.
    private var isFirst = true

    mutating func object(_ body: (inout ManifestWriter) -> Void) {
        nest(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    mutating func array<Element>(_ elements: [Element], _ body: (inout ManifestWriter, Element) -> Void) {
        nest(UInt8(ascii: "["), UInt8(ascii: "]")) { writer in
            for element in elements {
                writer.separate()
                body(&writer, element)
            }
        }
    }

    /// Starts the next field; a value follows.
    mutating func key(_ name: StaticString) {
        separate()
        append("\"")
        append(name)
        append("\":")
    }

    mutating func string(_ text: String?) {
        if let text { JSONText.appendQuoted(text, to: &bytes) } else { append("null") }
    }

    mutating func integer(_ value: Int) { bytes.append(contentsOf: String(value).utf8) }

    mutating func boolean(_ value: Bool) { append(value ? "true" : "false") }

    mutating func null() { append("null") }

    private mutating func nest(_ open: UInt8, _ close: UInt8, _ body: (inout ManifestWriter) -> Void) {
        bytes.append(open)
        isFirst = true
        body(&self)
        bytes.append(close)
        isFirst = false
    }

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }
}

extension ManifestWriter {
    mutating func field(_ name: StaticString, _ text: String?) {
        key(name)
        string(text)
    }

    mutating func field(_ name: StaticString, _ value: Int) {
        key(name)
        integer(value)
    }

    mutating func field(_ name: StaticString, _ date: Date?) { field(name, date.map(UTCTime.text)) }

    mutating func window(_ window: Window?, timeZone: String?) {
        key("window")
        guard let window else { return null() }
        object { writer in
            writer.field("from", window.from.description)
            writer.field("to", window.to.description)
            writer.field("time_zone", timeZone)
        }
    }

    mutating func interval(_ convention: IntervalConvention, isAssumed: Bool) {
        key("interval")
        object { writer in
            writer.field("convention", convention.rawValue)
            writer.key("assumed")
            writer.boolean(isAssumed)
        }
    }

    /// The key `absent`, where there is something to say.
    mutating func absent(_ runs: [Range<Int>]?) {
        guard let runs else { return }
        key("absent")
        array(runs) { writer, run in writer.array([run.lowerBound, run.count]) { $0.integer($1) } }
    }

    /// Which members of the archive are a part's.
    mutating func members(_ members: Range<Int>) {
        key("members")
        object { writer in
            writer.field("first", members.lowerBound)
            writer.field("count", members.count)
        }
    }

    mutating func archive(_ facts: ArchiveFacts?) {
        key("archive")
        guard let facts else { return null() }
        object { writer in
            writer.field("file", facts.file)
            writer.field("bytes", facts.bytes)
            writer.field("sha256", facts.sha256)
            writer.field("uncompressed_bytes", facts.uncompressedBytes)
            writer.key("members")
            writer.array(facts.members) { writer, member in
                writer.object { writer in
                    writer.field("offset", member.offset)
                    writer.field("bytes", member.bytes)
                    writer.field("uncompressed_bytes", member.uncompressedBytes)
                    writer.field("rows", member.rows)
                }
            }
        }
    }
}
