/// The id of an Octoparse task, as text and as the name of its folder.
///
/// A folder's name is the id itself where that holds nothing but `[A-Za-z0-9._-]`; any other byte of its UTF-8 is
/// written `%XX`, and so are the ids `.` and `..`. A name of more than 200 bytes becomes its first 160, `~` and the
/// first 16 hex digits of its SHA-256. So an id can never leave its folder, and two ids never share one.
///
/// Ids are compared byte by byte: spellings that Unicode calls equivalent are two ids, as they are two folders.
package struct TaskID: Sendable {
    /// The id; a GUID's letters are in lower case.
    package let text: String

    /// - Throws: ``ArchiveError/Code/badTaskID`` for the empty text.
    package init(_ text: String) throws(ArchiveError) {
        guard !text.isEmpty else {
            throw ArchiveError(.badTaskID, "a task id is empty", hint: "`octovault tasks` lists the ids of an account")
        }
        self.text = Self.isGUID(text) ? text.lowercased() : text
    }

    /// The name that stands for the id in folders, at most 200 bytes of ASCII.
    package var folderName: String {
        let encoded = Self.encode(text)
        guard encoded.utf8.count > Self.longestName else { return encoded }
        return encoded.prefix(160) + "~" + SHA256.hash(Array(encoded.utf8)).hex.prefix(16)
    }

    private static let longestName = 200

    /// The id that a folder's name stands for; nil for a name that was shortened, whose id only the manifests in it
    /// know, and for a name that no id has.
    package init?(folderName: String) {
        guard let text = Self.decode(folderName), let id = try? TaskID(text), id.folderName == folderName else {
            return nil
        }
        self = id
    }

    private static func isGUID(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            switch index {
            case 8, 13, 18, 23: byte == UInt8(ascii: "-")
            default: Hex.value(byte) != nil || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
            }
        }
    }
}

extension TaskID: Hashable, Comparable {
    package static func == (left: TaskID, right: TaskID) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(0xFF as UInt8)
    }

    /// By the ids' bytes.
    package static func < (left: TaskID, right: TaskID) -> Bool {
        left.text.precedesInBytes(right.text)
    }
}

extension TaskID: CustomStringConvertible {
    package var description: String { text }
}

extension TaskID {
    static func encode(_ text: String) -> String {
        let isDots = text == "." || text == ".."
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if isPlain(byte), !isDots {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), upperDigit(byte >> 4), upperDigit(byte & 15)]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    static func decode(_ name: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(name.utf8)[...]
        while let byte = rest.popFirst() {
            if isPlain(byte) {
                bytes.append(byte)
            } else if byte == UInt8(ascii: "%"), let high = rest.popFirst(), let low = rest.popFirst(),
                let high = Hex.value(high | 0x20), let low = Hex.value(low | 0x20)
            {
                bytes.append(high << 4 | low)
            } else {
                return nil
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func upperDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}

extension TaskID {
    /// Whether the two are equal but for the case of their letters.
    package func differsOnlyInCase(from other: TaskID) -> Bool {
        self != other && text.lowercased() == other.text.lowercased()
    }

    /// Refuses the id where a folder that differs in case only is among `folderNames`, since some file systems hold
    /// the two for one.
    ///
    /// - Throws: ``ArchiveError/Code/taskIDClash``, naming both.
    package func checkCase(against folderNames: some Sequence<String>) throws(ArchiveError) {
        let own = folderName
        for name in folderNames where name != own && Self.mayClash(name, own) {
            let isClash =
                TaskID(folderName: name).map(differsOnlyInCase) ?? (name.lowercased() == own.lowercased())
            guard !isClash else {
                throw ArchiveError(
                    .taskIDClash,
                    "the vault holds a task '\(TaskID(folderName: name)?.text ?? name)', which differs"
                        + " from '\(text)' in case only",
                    hint: "write the id as the vault has it, or use another vault")
            }
        }
    }

    /// Whether it takes a look at their ids to tell that two folders' names differ in more than case. Names without
    /// `%XX` are ASCII, as their ids are, and tell it themselves: a vault has thousands of them.
    package static func mayClash(_ left: String, _ right: String) -> Bool {
        if (left.utf8.contains { $0 == UInt8(ascii: "%") || $0 >= 0x80 }) || right.utf8.contains(UInt8(ascii: "%")) {
            return true
        }
        return left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }
}
