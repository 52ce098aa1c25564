/// One of several equal shares of a backfill: `3/8` is the third of eight.
package struct ShardNumber: Sendable, Hashable, CustomStringConvertible {
    /// The most shares that work can be dealt into.
    package static let mostShards = 1_000_000

    /// From 1 to ``of``.
    package let number: Int
    package let of: Int

    /// Nil unless `1 <= number <= of <= mostShards`.
    package init?(_ number: Int, of count: Int) {
        guard (1...Self.mostShards).contains(count), (1...count).contains(number) else { return nil }
        self.number = number
        of = count
    }

    /// Reads `I/N`; nil for any other text.
    package init?(parsing text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let number = Self.count(halves[0]), let of = Self.count(halves[1]) else { return nil }
        self.init(number, of: of)
    }

    package var description: String { "\(number)/\(of)" }

    private static func count(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
