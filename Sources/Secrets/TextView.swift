/// One way to read a text: its bytes as they are, or as they are once escapes or an encoding are undone, each with the
/// place in the text that it comes from.
struct TextView {
    var bytes: [UInt8] = []
    /// Where each byte comes from; empty where the bytes are the text's own.
    private var starts: [Int] = []
    private var ends: [Int] = []
    /// Whether it reads as words, so that neighbours tell where one ends; decoded Base64 and hexadecimal do not.
    let isText: Bool
    /// Whether the text goes on before and behind, in what way nobody here knows.
    private let isPiece: (start: Bool, end: Bool)

    private init(isText: Bool, isPiece: (start: Bool, end: Bool)) {
        self.isText = isText
        self.isPiece = isPiece
    }

    /// Escapes are undone this often: a server may escape a text that holds an escaped one.
    private static let mostPasses = 3

    /// - Parameter isPiece: whether `text` goes on before its start and behind its end.
    /// - Complexity: O(*n*) in time and in memory, of which it takes some hundred bytes a byte.
    static func all(of text: [UInt8], isPiece: (start: Bool, end: Bool) = (false, false)) -> [TextView] {
        var view = TextView(isText: true, isPiece: isPiece)
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

    /// Whether a letter, a digit or a part of a character above ASCII stands at `index`, or may; false outside the
    /// text.
    func isWordByte(_ index: Int) -> Bool {
        guard index >= 0 else { return isPiece.start }
        guard index < bytes.count else { return isPiece.end }
        switch bytes[index] {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: return true
        default: return false
        }
    }

    private mutating func append(_ byte: UInt8, from source: Range<Int>) {
        bytes.append(byte)
        starts.append(source.lowerBound)
        ends.append(source.upperBound)
    }
}

extension TextView {
    /// This text with one layer of escapes undone; nil where there is none.
    private func unescaped() -> TextView? {
        guard bytes.contains(where: Escape.isBeginning) else { return nil }
        var view = TextView(isText: true, isPiece: isPiece)
        var position = 0
        var isChanged = false
        while position < bytes.count {
            if let (decoded, length) = Escape.decode(bytes, at: position) {
                let place = source(position..<(position + length))
                for byte in decoded { view.append(byte, from: place) }
                position += length
                isChanged = true
            } else {
                view.append(bytes[position], from: source(position..<(position + 1)))
                position += 1
            }
        }
        return isChanged ? view : nil
    }

    /// What runs of the encoding's characters hold when reading starts `shift` characters into each.
    private func decoded(_ encoding: DigitEncoding, shift: Int) -> TextView {
        var view = TextView(isText: false, isPiece: isPiece)
        let values = encoding.values
        var position = 0
        while position < bytes.count {
            guard values[Int(bytes[position])] != DigitEncoding.none else {
                position += 1
                continue
            }
            var end = position
            while end < bytes.count, values[Int(bytes[end])] != DigitEncoding.none { end += 1 }
            // Four bytes, the shortest that is looked for, take that many characters.
            if end - position >= encoding.leastCharacters {
                decode(position + shift..<end, values, encoding.bits, into: &view)
            }
            position = end
        }
        return view
    }

    private func decode(_ run: Range<Int>, _ values: [UInt8], _ width: UInt32, into view: inout TextView) {
        var (bits, count) = (UInt32(0), UInt32(0))
        var first = run.lowerBound
        for index in run {
            bits = bits << width | UInt32(values[Int(bytes[index])])
            count += width
            guard count >= 8 else { continue }
            count -= 8
            view.append(UInt8(truncatingIfNeeded: bits >> count), from: source(first..<(index + 1)))
            first = count == 0 ? index + 1 : index
        }
        // A byte that no secret holds keeps what two runs hold apart.
        if let last = run.last { view.append(0, from: source(last..<(last + 1))) }
    }
}

/// Bytes written with digits of a fixed number of bits.
enum DigitEncoding {
    /// Both alphabets of RFC 4648.
    case base64
    case hexadecimal

    var bits: UInt32 { self == .base64 ? 6 : 4 }
    var leastCharacters: Int { self == .base64 ? 6 : 8 }

    /// What a byte that is no digit has in place of a value.
    static let none: UInt8 = 0xFF

    /// The value of each byte.
    var values: [UInt8] { self == .base64 ? Self.base64Values : Self.hexadecimalValues }

    private static let base64Values: [UInt8] = (UInt8.min...UInt8.max).map { byte -> UInt8 in
        switch byte {
        case 0x41...0x5A: return byte - 0x41
        case 0x61...0x7A: return byte - 0x61 + 26
        case 0x30...0x39: return byte - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): return 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): return 63
        default: return none
        }
    }

    private static let hexadecimalValues: [UInt8] = (UInt8.min...UInt8.max).map { Escape.hexDigit($0) ?? none }
}
