import Testing

@testable import Snapshots

@Suite struct TurnOrderTests {
    /// The turns that tasks with so many windows get, one at a time, as `task×windows`.
    private static func turns(_ windows: [Int]) -> [String] {
        var left = windows
        var order = TurnOrder(tasks: windows.count)
        var turns: [String] = []
        while let turn = order.next() {
            let taken = min(turn.limit, left[turn.task])
            left[turn.task] -= taken
            turns.append("\(turn.task)×\(taken)")
            order.end(turn.task, left[turn.task] > 0 ? .more : .done)
        }
        return turns
    }

    @Test(arguments: [
        ([], []),
        ([5], ["0×5"]),
        ([1, 1, 1], ["0×1", "1×1", "2×1"]),
        ([100, 1], ["0×32", "1×1", "0×68"]),
        ([100, 40], ["0×32", "1×32", "0×32", "1×8", "0×36"]),
        ([24, 24, 24], ["0×24", "1×24", "2×24"]),
    ])
    func tasksTakeTurnsOfABatch(windows: [Int], expected: [String]) {
        #expect(Self.turns(windows) == expected)
    }

    @Test func aTaskWithAYearToCatchUpDoesNotHoldUpTasksWithAnHour() {
        let turns = Self.turns([8766] + Array(repeating: 1, count: 50))
        #expect(turns.prefix(51) == (["0×32"] + (1...50).map { "\($0)×1" })[...])
    }

    @Test func noTurnIsLongerThanTheLongestWhileOthersHaveWindows() {
        let turns = Self.turns([5000, 5000])
        let lengths = turns.compactMap { Int($0.drop { $0 != "×" }.dropFirst()) }
        #expect(lengths.dropLast(2).max() == TurnOrder.longest)
        #expect(lengths.reduce(0, +) == 10_000)
    }

    @Test func aTaskHasOneTurnAtATimeAndSharesTheRequestsWithTheOthers() {
        var order = TurnOrder(tasks: 3)
        let first = [order.next(), order.next(), order.next()]
        #expect(first.map { $0?.task } == [0, 1, 2])
        #expect(first.map { $0?.sharers } == [3, 3, 3])
        #expect(order.next() == nil)
        order.end(1, .more)
        order.end(0, .done)
        #expect(order.next() == TurnOrder.Turn(task: 1, limit: TurnOrder.longest, sharers: 2, isRetry: false))
        #expect(order.unfinished == [1, 2])
    }

    @Test func aTaskThatAnotherProcessHasIsAskedForAgainWhenTheOthersAreDone() {
        var order = TurnOrder(tasks: 2)
        #expect(order.next()?.task == 0)
        order.end(0, .held)
        #expect(order.next()?.task == 1)
        order.end(1, .more)
        #expect(order.next()?.task == 1)
        order.end(1, .done)
        #expect(order.next() == TurnOrder.Turn(task: 0, limit: TurnOrder.mostWindows, sharers: 1, isRetry: true))
        order.end(0, .held)
        #expect(order.held == [0])
        #expect(order.next()?.isRetry == true)
        order.end(0, .done)
        #expect(order.next() == nil)
        #expect(order.unfinished.isEmpty)
    }
}
