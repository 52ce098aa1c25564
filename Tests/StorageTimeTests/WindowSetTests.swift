import StorageTime
import TestSupport
import Testing

/// The set against a model that holds each second by itself.
@Suite struct WindowSetTests {
    private static let span = 60

    private struct Model: Equatable {
        var seconds = [Bool](repeating: false, count: WindowSetTests.span)

        mutating func set(_ window: Window, _ value: Bool) {
            for second in window.from.seconds..<window.to.seconds { seconds[second] = value }
        }

        /// The runs of seconds in `range` whose state is `value`, as pairs.
        func runs(of value: Bool, in range: Range<Int>) -> [[Int]] {
            var runs: [[Int]] = []
            for second in range where seconds[second] == value {
                if runs.last?[1] == second { runs[runs.count - 1][1] += 1 } else { runs.append([second, second + 1]) }
            }
            return runs
        }
    }

    private func pairs(_ windows: [Window]) -> [[Int]] { windows.map { [$0.from.seconds, $0.to.seconds] } }

    private func randomWindow(_ random: inout SeededGenerator) throws -> Window {
        let from = Int.random(in: 0..<(Self.span - 1), using: &random)
        let to = Int.random(in: (from + 1)...min(Self.span - 1, from + 20), using: &random)
        return try Window(from: #require(StorageInstant(seconds: from)), to: #require(StorageInstant(seconds: to)))
    }

    @Test func everyOperationAgreesWithTheModel() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for round in 0..<60 {
            var set = WindowSet()
            var model = Model()
            for _ in 0..<25 {
                let window = try randomWindow(&random)
                let isInsertion = Int.random(in: 0..<3, using: &random) > 0
                if isInsertion { set.insert(window) } else { set.remove(window) }
                model.set(window, isInsertion)
                let comment: Comment = "seed \(seed), round \(round)"
                #expect(pairs(set.windows) == model.runs(of: true, in: 0..<Self.span), comment)
                try expectQuestionsAgree(set, model, randomWindow(&random), comment)
            }
            #expect(WindowSet(set.windows.shuffled(using: &random)) == set, "seed \(seed)")
        }
    }

    private func expectQuestionsAgree(_ set: WindowSet, _ model: Model, _ probe: Window, _ comment: Comment) throws {
        let range = probe.from.seconds..<probe.to.seconds
        #expect(pairs(set.gaps(in: probe)) == model.runs(of: false, in: range), comment)
        #expect(pairs(set.parts(in: probe)) == model.runs(of: true, in: range), comment)
        #expect(set.contains(probe) == range.allSatisfy { model.seconds[$0] }, comment)
        #expect(set.contains(probe.from) == model.seconds[range.lowerBound], comment)
        #expect(set.seconds == model.seconds.count { $0 }, comment)
        #expect(set.isEmpty == !model.seconds.contains(true), comment)
        let runs = model.runs(of: true, in: 0..<Self.span)
        #expect(
            set.bounds.map { [$0.from.seconds, $0.to.seconds] }
                == runs.first.flatMap { first in
                    runs.last.map { [first[0], $0[1]] }
                }, comment)
    }

    @Test func aUnionIsEitherOnesSeconds() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let one = try (0..<Int.random(in: 0...6, using: &random)).map { _ in try randomWindow(&random) }
            let other = try (0..<Int.random(in: 0...6, using: &random)).map { _ in try randomWindow(&random) }
            var model = Model()
            for window in one + other { model.set(window, true) }
            let union = WindowSet(one).union(WindowSet(other))
            #expect(pairs(union.windows) == model.runs(of: true, in: 0..<Self.span), "seed \(seed)")
            #expect(union == WindowSet(other).union(WindowSet(one)), "seed \(seed)")
        }
    }

    @Test func windowsThatTouchBecomeOne() throws {
        let day = try Window(from: StorageInstant(parsing: "2013-01-01"), to: StorageInstant(parsing: "2013-01-02"))
        let set = WindowSet(day.slices(onGridOf: 3600))
        #expect(set.windows == [day])
        #expect(set.gaps(in: day).isEmpty)
    }

    @Test func theEmptySetIsOneGap() throws {
        let day = try Window(from: StorageInstant(parsing: "2013-01-01"), to: StorageInstant(parsing: "2013-01-02"))
        #expect(WindowSet().gaps(in: day) == [day])
        #expect(WindowSet().bounds == nil)
        #expect(!WindowSet().contains(day))
    }
}
