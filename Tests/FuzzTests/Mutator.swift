import TestSupport

/// Makes inputs that are almost right: a seed of the corpus, changed in a few places.
///
/// Half of the changes work on tokens (words, numbers, strings' contents, single signs), so that inputs get past a
/// reader's first look; the others on bytes.
struct Mutator {
    private let corpus: [[UInt8]]
    /// Texts that mean something to the reader.
    private let words: [[UInt8]]
    private var generator: SeededGenerator
    private let longest: Int

    init(corpus: [[UInt8]], words: [String], seed: UInt64, longest: Int = 64 << 10) {
        self.corpus = corpus
        self.words = words.map { Array($0.utf8) } + Self.edges.map { Array($0.utf8) }
        generator = SeededGenerator(seed: seed)
        self.longest = longest
    }

    /// What breaks readers of anything.
    private static let edges = [
        "0", "-1", "1", "255", "256", "65536", "2147483647", "2147483648", "4294967296", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "999999999999999", "1e999", "-0", "0.1", "00", "", " ", "\n",
        "\r\n", "\t", "\0", "\u{FEFF}", "é", "😀", "\u{202E}", "\u{1B}[31m", "\"", "\\", "'", ",", ":", "#", "*", "/",
        "-", "%s",
    ]

    mutating func next() -> [UInt8] {
        var input = pick(corpus)
        for _ in 0..<(1 << number(4)) {
            input = number(2) == 0 ? changeTokens(input) : changeBytes(input)
            if input.count > longest { input.removeLast(input.count - longest) }
        }
        return input
    }

    /// A number below `limit`; 0 where that is not positive.
    mutating func number(_ limit: Int) -> Int { limit > 0 ? Int.random(in: 0..<limit, using: &generator) : 0 }

    private mutating func pick(_ list: [[UInt8]]) -> [UInt8] { list.isEmpty ? [] : list[number(list.count)] }

    private mutating func changeBytes(_ input: [UInt8]) -> [UInt8] {
        var input = input
        let at = number(input.count + 1)
        let range = at..<min(input.count, at + 1 + number(1 << number(10)))
        switch number(8) {
        case 0 where at < input.count: input[at] ^= 1 << UInt8(number(8))
        case 1 where at < input.count: input[at] = UInt8(number(256))
        case 2: input.removeSubrange(range)
        case 3: input.insert(contentsOf: input[range], at: at)
        case 4: input.insert(contentsOf: repeatElement(UInt8(number(256)), count: 1 << number(13)), at: at)
        case 5: input.removeSubrange(at...)
        case 6:
            let other = pick(corpus)
            input = Array(input[..<at] + other[number(other.count + 1)...])
        default: input.insert(contentsOf: pick(words), at: at)
        }
        return input
    }

    private mutating func changeTokens(_ input: [UInt8]) -> [UInt8] {
        var tokens = Self.tokens(of: input)
        guard !tokens.isEmpty else { return pick(words) }
        let at = number(tokens.count)
        switch number(8) {
        case 0: tokens[at] = tokens[number(tokens.count)]
        case 1: tokens.swapAt(at, number(tokens.count))
        case 2: tokens.remove(at: at)
        case 3: tokens.insert(tokens[at], at: number(tokens.count))
        case 4, 5: tokens[at] = pick(words)[...]
        case 6:
            let other = Self.tokens(of: pick(corpus))
            if !other.isEmpty { tokens[at] = other[number(other.count)] }
        default:
            // A run of tokens many times over: lists of many items, deep nesting.
            let run = tokens[at..<min(tokens.count, at + 1 + number(4))]
            tokens.insert(contentsOf: repeatElement(run, count: 1 << number(10)).joined(), at: at)
        }
        return tokens.reduce(into: []) { $0 += $1 }
    }

    /// Words and numbers whole, other bytes one by one.
    private static func tokens(of input: [UInt8]) -> [ArraySlice<UInt8>] {
        var tokens: [ArraySlice<UInt8>] = []
        var start = 0
        while start < input.count {
            var end = start + 1
            if isWordByte(input[start]) {
                while end < input.count, isWordByte(input[end]) { end += 1 }
            }
            tokens.append(input[start..<end])
            start = end
        }
        return tokens
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
