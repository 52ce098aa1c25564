/// Secrets as they are looked for: by their UTF-8 bytes, letters of ASCII in either case.
struct SecretNeedles: Sendable {
    /// Where the text to be masked comes from.
    enum Rule: Sendable {
        case prose
        case identifier
    }

    static let mostTokens = 4096
    static let mostTokenBytes = 8 << 20
    /// Below these numbers of characters a secret occurs by chance: in prose, and in ids.
    private static let shortest = (prose: 4, identifier: 8)
    static let mark = "[secret]"

    private struct Needle: Sendable {
        let bytes: [UInt8]
        let characters: Int
    }

    /// Secrets of one length, each with its number of characters: one look tells whether a stretch of text is one of
    /// thousands, as tokens are that all begin alike.
    private struct Group: Sendable {
        let length: Int
        private(set) var needles: [[UInt8]: Int] = [:]
        /// Their sums, so that a stretch that only begins like one of them costs no look at all of its bytes.
        private var sums: Set<UInt64> = []
        private let power: UInt64

        init(length: Int) {
            self.length = length
            power = PrefixSums.power(length)
        }

        mutating func insert(_ bytes: [UInt8], characters: Int) {
            needles[bytes] = characters
            sums.insert(PrefixSums(bytes).sum(of: 0..<bytes.count, power))
        }

        /// - Returns: nil where none is left.
        func without(_ old: Set<[UInt8]>) -> Group? {
            var rest = Group(length: length)
            for (bytes, characters) in needles where !old.contains(bytes) {
                rest.insert(bytes, characters: characters)
            }
            return rest.needles.isEmpty ? nil : rest
        }

        /// The characters of the secret that a stretch of the text is; nil where it is none.
        func characters(of range: Range<Int>, in text: FoldedText) -> Int? {
            guard sums.contains(text.sums.sum(of: range, power)) else { return nil }
            return needles[Array(text.bytes[range])]
        }
    }

    private var known: Set<[UInt8]> = []
    private var tokens: [[UInt8]] = []
    private var tokenBytes = 0
    /// Bytes of the longest one there ever was.
    private var longest = 0
    /// Those of four bytes or more by their first four, and by their length, the longest first.
    private var long: [UInt32: [Group]] = [:]
    /// The others.
    private var short: [Needle] = []
    /// Which pairs of bytes a long one begins with, as a set of bits.
    private var beginnings = [UInt64](repeating: 0, count: 1024)

    var isEmpty: Bool { known.isEmpty }

    mutating func add(_ secret: String, isToken: Bool) {
        let bytes = secret.utf8.map(\.folded)
        guard known.insert(bytes).inserted else { return }
        longest = max(longest, bytes.count)
        insert(Needle(bytes: bytes, characters: secret.unicodeScalars.count))
        guard isToken else { return }
        tokens.append(bytes)
        tokenBytes += bytes.count
        if tokens.count > Self.mostTokens || tokenBytes > Self.mostTokenBytes { forgetOldTokens() }
    }

    private mutating func insert(_ needle: Needle) {
        guard needle.bytes.count >= 4 else {
            short.append(needle)
            return
        }
        let place = Self.pair(needle.bytes[0], needle.bytes[1])
        beginnings[place >> 6] |= 1 << UInt64(place & 63)
        let (key, length) = (Self.key(needle.bytes, 0), needle.bytes.count)
        // Taken out, so that it is changed in its place.
        var groups = long.removeValue(forKey: key) ?? []
        let index = groups.firstIndex { $0.length <= length } ?? groups.endIndex
        if index == groups.endIndex || groups[index].length < length { groups.insert(Group(length: length), at: index) }
        groups[index].insert(needle.bytes, characters: needle.characters)
        long[key] = groups
    }

    /// The older half of the tokens is forgotten at once, so that each costs little.
    private mutating func forgetOldTokens() {
        let old = Set(tokens.prefix(tokens.count / 2 + 1))
        tokens.removeFirst(old.count)
        tokenBytes = tokens.reduce(0) { $0 + $1.count }
        known.subtract(old)
        for key in Set(old.filter { $0.count >= 4 }.map { Self.key($0, 0) }) {
            long[key] = (long[key] ?? []).compactMap { $0.without(old) }
        }
        short.removeAll { old.contains($0.bytes) }
    }

    private static func pair(_ first: UInt8, _ second: UInt8) -> Int { Int(first) << 8 | Int(second) }

    private static func key(_ bytes: [UInt8], _ start: Int) -> UInt32 {
        bytes[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
}

extension SecretNeedles {
    /// Bytes of a text that are looked at together: what is made of them takes many times their room.
    private static let pieceBytes = 64 << 10

    /// `text` with each secret in it as ``mark``; of secrets that overlap all is masked.
    ///
    /// - Complexity: O(*n*) in time. A long text is looked at in pieces that overlap, by as much as the longest secret
    ///   takes when each of its bytes is written in twelve.
    func masked(_ text: String, _ rule: Rule) -> String {
        let bytes = Array(text.utf8)
        let isSecret = found(in: bytes, rule)
        guard !isSecret.isEmpty else { return text }
        var masked: [UInt8] = []
        var end = 0
        for range in isSecret.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            // Secrets that touch are shown as one.
            if masked.isEmpty || range.lowerBound > end {
                masked += bytes[end..<range.lowerBound]
                masked += Array(Self.mark.utf8)
            }
            end = max(end, range.upperBound)
        }
        masked += bytes[end...]
        return String(decoding: masked, as: UTF8.self)
    }

    private func found(in text: [UInt8], _ rule: Rule) -> [Range<Int>] {
        let overlap = 12 * longest
        var ranges: [Range<Int>] = []
        var start = 0
        while true {
            let end = min(text.count, start + Self.pieceBytes + overlap)
            let isWhole = start == 0 && end == text.count
            let piece = isWhole ? text : Array(text[start..<end])
            for view in TextView.all(of: piece, isPiece: (start > 0, end < text.count)) {
                ranges += found(in: view, of: isWhole ? text.count : nil, rule).map {
                    start + $0.lowerBound..<start + $0.upperBound
                }
            }
            guard end < text.count else { return ranges }
            start += Self.pieceBytes
        }
    }

    /// - Parameter whole: the bytes of the text; nil where the view is of a piece of it.
    private func found(in view: TextView, of whole: Int?, _ rule: Rule) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        let text = FoldedText(view.bytes)
        var position = 0
        while position < text.bytes.count {
            let length = longest(at: position, in: view, text, whole, rule)
            if length > 0 { ranges.append(view.source(position..<(position + length))) }
            position += 1
        }
        return ranges
    }

    /// The length of the longest secret that begins at `position`; 0 where none does.
    private func longest(
        at position: Int, in view: TextView, _ text: FoldedText, _ whole: Int?, _ rule: Rule
    ) -> Int {
        let bytes = text.bytes
        if position + 4 <= bytes.count {
            let place = Self.pair(bytes[position], bytes[position + 1])
            if beginnings[place >> 6] & 1 << UInt64(place & 63) != 0, let groups = long[Self.key(bytes, position)] {
                for group in groups where position + group.length <= bytes.count {
                    let range = position..<(position + group.length)
                    if let characters = group.characters(of: range, in: text),
                        isSecret(range, characters, in: view, whole, rule)
                    {
                        return group.length
                    }
                }
            }
        }
        guard view.isText, rule == .prose, !short.isEmpty else { return 0 }
        var length = 0
        for needle in short where needle.bytes[0] == bytes[position] && needle.bytes.count > length {
            if fits(needle, at: position, in: view, whole, rule) { length = needle.bytes.count }
        }
        return length
    }

    private func fits(_ needle: Needle, at position: Int, in view: TextView, _ whole: Int?, _ rule: Rule) -> Bool {
        let end = position + needle.bytes.count
        guard end <= view.bytes.count else { return false }
        for index in 0..<needle.bytes.count where view.bytes[position + index].folded != needle.bytes[index] {
            return false
        }
        return isSecret(position..<end, needle.characters, in: view, whole, rule)
    }

    /// Whether what equals a secret of so many characters is taken for it where it stands.
    private func isSecret(
        _ range: Range<Int>, _ characters: Int, in view: TextView, _ whole: Int?, _ rule: Rule
    ) -> Bool {
        switch rule {
        case .prose:
            if characters >= Self.shortest.prose { return true }
            return view.isText && !view.isWordByte(range.lowerBound - 1) && !view.isWordByte(range.upperBound)
        case .identifier:
            if characters >= Self.shortest.identifier { return true }
            return characters >= Self.shortest.prose && whole.map { view.source(range) == 0..<$0 } == true
        }
    }
}

/// A text's bytes with the letters of ASCII in lower case.
private struct FoldedText {
    let bytes: [UInt8]
    let sums: PrefixSums

    init(_ bytes: [UInt8]) {
        self.bytes = bytes.map { $0.folded }
        sums = PrefixSums(self.bytes)
    }
}

/// Sums that tell in O(1) that two stretches of bytes are not the same: those of equal stretches are equal, those of
/// others seldom are.
private struct PrefixSums {
    private var sums: [UInt64] = [0]
    /// Any odd number with bits all over it serves.
    private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15

    init(_ bytes: [UInt8]) {
        sums.reserveCapacity(bytes.count + 1)
        var sum: UInt64 = 0
        for byte in bytes {
            sum = sum &* Self.base &+ UInt64(byte) &+ 1
            sums.append(sum)
        }
    }

    /// - Parameter power: ``power(_:)`` of the range's length.
    func sum(of range: Range<Int>, _ power: UInt64) -> UInt64 {
        sums[range.upperBound] &- sums[range.lowerBound] &* power
    }

    static func power(_ exponent: Int) -> UInt64 {
        var (result, square, rest) = (UInt64(1), base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result = result &* square }
            square = square &* square
            rest >>= 1
        }
        return result
    }
}

extension UInt8 {
    /// The byte with A to Z in lower case.
    var folded: UInt8 { (0x41...0x5A).contains(self) ? self + 0x20 : self }
}
