import TestSupport
import Testing

@testable import Snapshots

/// What a drain asks next, and what it says is lost, event by event.
@Suite struct DrainCourseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let events: [DrainCourse.Event]
        let last: DrainCourse.Action
        var lost = 0
        var perhapsLost = 0
        var arrived = 0
        var left: Int? = 0

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "nothing there", events: [.nothing(total: 0)], last: .end(.drained)),
        Case(name: "one short batch", events: [.stored(rows: 3, total: 3)], last: .end(.drained)),
        Case(
            name: "whole batches end with an answer without rows",
            events: [.stored(rows: 10, total: 20), .stored(rows: 10, total: 10), .nothing(total: 0)],
            last: .end(.drained)),
        Case(
            name: "a server that gives fewer rows than asked is asked on",
            events: [.stored(rows: 4, total: 20)], last: .ask(size: 10), left: 16),
        Case(
            name: "new rows are taken too",
            events: [.stored(rows: 10, total: 20), .stored(rows: 10, total: 13), .stored(rows: 3, total: 3)],
            last: .end(.drained), arrived: 3),
        Case(
            name: "a larger fall is rows lost",
            events: [.stored(rows: 10, total: 40), .stored(rows: 10, total: 25)], last: .ask(size: 10), lost: 5,
            left: 15),
        Case(
            name: "a request in doubt is followed by one for a single row",
            events: [.stored(rows: 10, total: 40), .inDoubt], last: .askAgain(attempt: 2, size: 1), left: 30),
        Case(
            name: "the total stands, so the request had no effect",
            events: [.stored(rows: 10, total: 40), .inDoubt, .stored(rows: 1, total: 30)], last: .ask(size: 10),
            left: 29),
        Case(
            name: "the total fell by the batch, so it is lost",
            events: [.stored(rows: 10, total: 40), .inDoubt, .stored(rows: 1, total: 20)], last: .end(.failed),
            lost: 10, left: 19),
        Case(
            name: "the rest was lost, and more that came may be",
            events: [.stored(rows: 10, total: 14), .inDoubt, .nothing(total: 0)], last: .end(.failed), lost: 4,
            perhapsLost: 6),
        Case(
            name: "rows that came hide whether the batch is lost",
            events: [.stored(rows: 10, total: 40), .inDoubt, .stored(rows: 1, total: 33)], last: .end(.failed),
            perhapsLost: 10, arrived: 3, left: 32),
        Case(
            name: "where nothing was left, the same total proves nothing",
            events: [.stored(rows: 10, total: 10), .inDoubt, .nothing(total: 0)], last: .end(.failed), perhapsLost: 10),
        Case(
            name: "without an answer before, nobody can tell",
            events: [.inDoubt, .stored(rows: 1, total: 30)], last: .end(.failed), perhapsLost: 10, left: 29),
        Case(
            name: "after three in doubt it ends",
            events: [.stored(rows: 10, total: 40), .inDoubt, .inDoubt, .inDoubt], last: .end(.failed),
            perhapsLost: 12, left: 30),
        Case(
            name: "a refusal loses nothing", events: [.stored(rows: 10, total: 40), .refused], last: .end(.failed),
            left: 30),
        Case(
            name: "rows promised and withheld", events: [.nothing(total: 7)], last: .end(.withheld(total: 7)), left: 7),
        Case(
            name: "what lies in a file ends it",
            events: [.stored(rows: 10, total: 40), .unstored(rows: 10, total: 30)], last: .end(.failed), left: 20),
        Case(
            name: "a server whose total is what is left after the answer",
            events: [
                .stored(rows: 10, total: 13), .stored(rows: 10, total: 3), .stored(rows: 3, total: 0),
            ], last: .end(.drained)),
    ]

    @Test(arguments: cases)
    func eachEventLeadsToItsAction(row: Case) {
        var course = DrainCourse(batch: 10, attempts: 3, mostAnswersWithoutFall: 256)
        var action = course.first
        #expect(action == .ask(size: 10))
        for event in row.events { action = course.next(after: event) }
        #expect(action == row.last)
        #expect(course.ledger.lost == row.lost)
        #expect(course.perhapsLost == row.perhapsLost)
        #expect(course.ledger.arrived == row.arrived)
        #expect(course.ledger.left == row.left)
    }

    @Test func aTotalThatNeverFallsEndsTheDrain() {
        var course = DrainCourse(batch: 10, attempts: 3, mostAnswersWithoutFall: 256)
        var answers = 0
        while case .ask = course.next(after: .stored(rows: 10, total: 40)) { answers += 1 }
        #expect(answers == 256)
        #expect(course.next(after: .stored(rows: 10, total: 40)) == .end(.endless(total: 40, answers: 257)))
    }

    @Test func rowsThatComeMeanwhileAreDrainedAsLongAsTheTotalFallsNowAndThen() {
        var course = DrainCourse(batch: 10, attempts: 3, mostAnswersWithoutFall: 256)
        for round in 0..<100 {
            for _ in 1..<256 {
                #expect(course.next(after: .stored(rows: 10, total: 5000 - round)) == .ask(size: 10))
            }
        }
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>) func anyCountsAreComputedWith(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let counts = [0, 1, 10, 1_000_000_000_000_000]
        var course = DrainCourse(batch: 1000, attempts: 3, mostAnswersWithoutFall: 256)
        for _ in 0..<Sampling.quick(2000, else: 20_000) {
            let rows = [0, 1, 1000].randomElement(using: &dice) ?? 0
            let total = counts.randomElement(using: &dice) ?? 0
            _ = course.next(
                after: Bool.random(using: &dice) ? .stored(rows: rows, total: total) : .nothing(total: total))
        }
        #expect(course.ledger.arrived >= 0 && course.ledger.lost >= 0)
    }

    @Test func aStopWhileInDoubtSaysWhatMayBeLost() {
        var course = DrainCourse(batch: 10, attempts: 3, mostAnswersWithoutFall: 256)
        _ = course.next(after: .stored(rows: 10, total: 40))
        _ = course.next(after: .inDoubt)
        course.stop()
        #expect(course.perhapsLost == 10)
    }
}
