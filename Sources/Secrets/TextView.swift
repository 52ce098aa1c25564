/// One way to read a text: its bytes as they are, or as they are once escapes or an encoding are undone, each with the
/// place in the text that it comes from.
struct TextView {
    var bytes: [UInt8] = []
    /// Where each byte comes from; empty where the bytes are the text's own.
    private var starts: [Int] = []
    private var ends: [Int] = []
    /// Whether it reads as words, so that neighbours tell where one ends; decoded Base64 and hexadecimal do not.
    let isText: Bool

    private init(isText: Bool) {
        self.isText = isText
    }

    /// Escapes are undone this often: a server may escape a text that holds an escaped one.
    private static let mostPasses = 3

    static func all(of text: [UInt8]) -> [TextView] {
        var view = TextView(isText: true)
        view.bytes = text
        var views = [view]
        for _ in 0..<mostPasses {
            guard let next = view.unescaped() else { break }
            view = next
            views.append(view)
        }
        for text in views {
            for shift in 0..<4 { views.append(text.decoded(.base64, shift: shift)) }
            for shift in 0..<2 { views.append(text.decoded(.hexadecimal, shift: shift)) }
        }
        return views.filter { !$0.bytes.isEmpty }
    }

    /// The place in the text of a run of bytes that is not empty.
    func source(_ run: Range<Int>) -> Range<Int> {
        starts.isEmpty ? run : starts[run.lowerBound]..<ends[run.upperBound - 1]
    }

    /// Whether a letter, a digit or a part of a character above ASCII stands at `index`; false outside.
    func isWordByte(_ index: Int) -> Bool {
        guard bytes.indices.contains(index) else { return false }
        switch bytes[index] {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: return true
        default: return false
        }
    }

    private mutating func append(_ decoded: some Sequence<UInt8>, from source: Range<Int>) {
        for byte in decoded {
            bytes.append(byte)
            starts.append(source.lowerBound)
            ends.append(source.upperBound)
        }
    }
}

extension TextView {
    /// This text with one layer of escapes undone; nil where there is none.
    private func unescaped() -> TextView? {
        guard bytes.contains(where: Escape.isBeginning) else { return nil }
        var view = TextView(isText: true)
        var position = 0
        var isChanged = false
        while position < bytes.count {
            if let (decoded, length) = Escape.decode(bytes, at: position) {
                view.append(decoded, from: source(position..<(position + length)))
                position += length
                isChanged = true
            } else {
                view.append(CollectionOfOne(bytes[position]), from: source(position..<(position + 1)))
                position += 1
            }
        }
        return isChanged ? view : nil
    }

    /// What runs of the encoding's characters hold when reading starts `shift` characters into each.
    private func decoded(_ encoding: DigitEncoding, shift: Int) -> TextView {
        var view = TextView(isText: false)
        var position = 0
        while position < bytes.count {
            guard encoding.value(bytes[position]) != nil else {
                position += 1
                continue
            }
            var end = position
            while end < bytes.count, encoding.value(bytes[end]) != nil { end += 1 }
            // Four bytes, the shortest that is looked for, take that many characters.
            if end - position >= encoding.leastCharacters { decode(position + shift..<end, encoding, into: &view) }
            position = end
        }
        return view
    }

    private func decode(_ run: Range<Int>, _ encoding: DigitEncoding, into view: inout TextView) {
        var (bits, count) = (UInt32(0), 0)
        var first = run.lowerBound
        for index in run {
            guard let value = encoding.value(bytes[index]) else { return }
            bits = bits << UInt32(encoding.bits) | UInt32(value)
            count += encoding.bits
            guard count >= 8 else { continue }
            count -= 8
            view.append(
                CollectionOfOne(UInt8(truncatingIfNeeded: bits >> UInt32(count))), from: source(first..<(index + 1)))
            first = count == 0 ? index + 1 : index
        }
        // A byte that no secret holds keeps what two runs hold apart.
        if let last = run.last { view.append(CollectionOfOne(0), from: source(last..<(last + 1))) }
    }
}

/// Bytes written with digits of a fixed number of bits.
enum DigitEncoding {
    /// Both alphabets of RFC 4648.
    case base64
    case hexadecimal

    var bits: Int { self == .base64 ? 6 : 4 }
    var leastCharacters: Int { self == .base64 ? 6 : 8 }

    func value(_ byte: UInt8) -> UInt8? {
        switch (self, byte) {
        case (.base64, 0x41...0x5A): byte - 0x41
        case (.base64, 0x61...0x7A): byte - 0x61 + 26
        case (.base64, 0x30...0x39): byte - 0x30 + 52
        case (.base64, UInt8(ascii: "+")), (.base64, UInt8(ascii: "-")): 62
        case (.base64, UInt8(ascii: "/")), (.base64, UInt8(ascii: "_")): 63
        case (.hexadecimal, _): Escape.hexDigit(byte)
        default: nil
        }
    }
}
