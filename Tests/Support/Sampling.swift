import Foundation

/// How much is played of what a test samples: a share, so that the suite takes minutes; less of it for a quick round,
/// where `OCTOVAULT_TESTS=quick`; and all of it where `OCTOVAULT_TESTS=all`, as in CI. The share is the same in each
/// run, and its cases have the names that they have in the whole. What takes little time is sampled in a quick round
/// alone.
package enum Sampling {
    private static let wish = ProcessInfo.processInfo.environment["OCTOVAULT_TESTS"]
    package static let isAll = wish == "all"
    package static let isQuick = wish == "quick"
    /// The share is divided by this.
    private static let divisor = isQuick ? 8 : 1

    /// All cases, or so many of them, drawn from anywhere and in their order.
    ///
    /// - Parameters:
    ///   - draw: another number draws others.
    ///   - isChosen: whether somebody asked for these cases by name, and gets all of them.
    package static func some<Cases: Collection>(
        _ count: Int, of cases: Cases, draw: UInt64 = 0, unless isChosen: Bool = false
    ) -> [Cases.Element] {
        isAll || isChosen ? Array(cases) : drawn(max(1, count / divisor), of: Array(cases), draw)
    }

    /// All cases, or in a quick round so many of them, drawn from anywhere and in their order.
    package static func quick<Cases: Collection>(_ few: Int, of cases: Cases) -> [Cases.Element] {
        isQuick ? drawn(few, of: Array(cases), 0) : Array(cases)
    }

    private static func drawn<Element>(_ share: Int, of all: [Element], _ draw: UInt64) -> [Element] {
        guard share < all.count else { return all }
        var generator = SeededGenerator(seed: draw)
        return all.indices.shuffled(using: &generator).prefix(share).sorted().map { all[$0] }
    }

    /// So many, or as few as this in a quick round.
    package static func quick<Number: BinaryInteger>(_ few: Number, else usual: Number) -> Number {
        isQuick ? few : usual
    }

    /// Each value of either with each of the other, or each of either at least once.
    package static func pairs<First, Second>(_ first: [First], _ second: [Second]) -> [(First, Second)] {
        guard !isAll, !first.isEmpty, !second.isEmpty else {
            return first.flatMap { one in second.map { (one, $0) } }
        }
        let count = max(first.count, second.count)
        return some(count, of: 0..<count).map { (first[$0 % first.count], second[$0 % second.count]) }
    }

    /// So many plays of what is drawn at random, or all.
    package static func number<Number: BinaryInteger>(_ few: Number, of all: Number) -> Number {
        isAll ? all : max(1, few / Number(divisor))
    }

    /// How far it is from one step to the next where every step is to fail: each, or one of so many.
    package static func stride(_ every: Int) -> Int { isAll ? 1 : every * divisor }
}

extension FaultyFiles.Fault {
    /// All of them, or one in a quick round.
    package static let played = Sampling.quick(1, of: allCases)

    /// The first step to fail, another one for each fault, so that together they sample all steps.
    package func firstStep(_ stride: Int) -> Int {
        (Self.allCases.firstIndex(of: self) ?? 0) % max(1, stride)
    }
}
