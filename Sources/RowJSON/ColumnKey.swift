/// A key of rows as a column: what it is called, and what it is known by.
///
/// A key may be no text: it may hold half of a surrogate pair, or bytes that are no UTF-8. Its name then has U+FFFD for
/// these, and so may the name of another such key, or of one that holds U+FFFD itself: different columns all of them.
/// ``toldApart(_:)`` gives each a name of its own.
package struct ColumnKey: Sendable, Hashable {
    package var name: String
    /// The key as it stands in a row, between its quotes, where it is no text; nil for every other, which its name
    /// tells.
    package let raw: [UInt8]?

    package init(_ name: String) {
        self.name = name
        raw = nil
    }

    /// - Parameter raw: a key as it stands in a row, between its quotes.
    package init(raw: UnsafeRawBufferPointer) {
        var bytes: [UInt8] = []
        let repairs = JSONText.decodeString(raw, into: &bytes)
        name = String(decoding: bytes, as: UTF8.self)
        self.raw = repairs.loneSurrogates + repairs.invalidUTF8 > 0 ? Array(raw) : nil
    }

    /// What was replaced in the name.
    package var repairs: TextRepairs {
        guard let raw else { return TextRepairs() }
        var bytes: [UInt8] = []
        return raw.withUnsafeBytes { JSONText.decodeString($0, into: &bytes) }
    }

    /// The bytes that stand for the key and for no other; see ``JSONText/code(of:)``.
    var code: [UInt8] {
        guard let raw else { return Array(name.utf8) }
        return raw.withUnsafeBytes { JSONText.code(of: $0) }
    }

    /// The keys, each with a name that no other has. Of several with the same name, one that is text keeps it; those
    /// that are none get, behind a `~`, what their U+FFFD stand for: `caf�~e9`, `�~d800`.
    ///
    /// - Complexity: O(*n*) where no two names are the same.
    package static func toldApart(_ keys: [ColumnKey]) -> [ColumnKey] {
        let groups = Dictionary(grouping: keys.indices) { [UInt8](keys[$0].name.utf8) }
        guard groups.count < keys.count else { return keys }
        var taken = Set(groups.keys)
        var keys = keys
        for indices in groups.values.sorted(by: { ($0.first ?? 0) < ($1.first ?? 0) }) where indices.count > 1 {
            for index in indices where keys[index].raw != nil {
                let name = keys[index].name + "~" + keys[index].replaced
                var unique = name
                var number = 2
                while !taken.insert([UInt8](unique.utf8)).inserted {
                    unique = "\(name)~\(number)"
                    number += 1
                }
                keys[index].name = unique
            }
        }
        return keys
    }

    /// What the name's U+FFFD stand for, in hexadecimal.
    private var replaced: String {
        var pieces: [String] = []
        raw?.withUnsafeBytes { raw in
            JSONText.forEachPiece(of: raw) { piece in
                switch piece {
                case .text: break
                case .loneSurrogate(let unit): pieces.append(String(unit, radix: 16))
                case .invalid(let bytes): pieces.append(bytes.map { String($0, radix: 16) }.joined())
                }
            }
        }
        return pieces.joined(separator: "-")
    }
}
