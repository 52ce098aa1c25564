import Testing

@testable import Snapshots

/// What an answer of rows behind a cursor is, by its counts.
@Suite struct CursorLedgerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var held = 100
        var asked = "1024"
        var next = "1034"
        var rows = 10
        let total: Int
        var rest = 0
        let judgement: CursorLedger.Judgement

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "all that came", total: 110, judgement: .fits),
        Case(name: "some of it", total: 130, rest: 20, judgement: .fits),
        Case(name: "nothing came", next: "1024", rows: 0, total: 100, judgement: .fits),
        Case(name: "a row comes again", total: 109, judgement: .tooFew(1)),
        Case(name: "rows went", next: "1024", rows: 0, total: 97, judgement: .tooFew(3)),
        Case(name: "rows lie before the cursor", total: 112, judgement: .tooMany(2)),
        Case(name: "as many as there are", total: 10, judgement: .tooFew(100)),
        Case(
            name: "none where some are left", next: "1024", rows: 0, total: 120, rest: 20,
            judgement: .contradicts("it gives no row where 20 are left")),
        Case(
            name: "more than there are", total: 15, rest: 20,
            judgement: .contradicts("it gives 10 rows with 20 left where there are 15 in all")),
        Case(
            name: "a cursor that stands", next: "1024", total: 130, rest: 20,
            judgement: .contradicts("its cursor stands still at 1024")),
        Case(
            name: "a cursor that goes back", next: "999", total: 130, rest: 20,
            judgement: .contradicts("its cursor goes back from 1024 to 999")),
        Case(name: "a cursor that is text", asked: "b7", next: "a1", total: 130, rest: 20, judgement: .fits),
        Case(
            name: "a cursor beyond what a number holds", asked: "99999999999999999999", next: "100000000000000000000",
            total: 130, rest: 20, judgement: .fits),
    ]

    @Test(arguments: cases) func anAnswerIsJudgedByWhatItCounts(row: Case) {
        let ledger = CursorLedger(held: row.held)
        let answer = CursorLedger.Answer(
            asked: row.asked, next: row.next, rows: row.rows, total: row.total, rest: row.rest)
        #expect(ledger.judge(answer) == row.judgement)
    }

    @Test func theFallOfWhatIsLeftCorrectedByTheRiseOfTheTotalIsTheNumberOfRows() {
        var ledger = CursorLedger(held: 0)
        ledger.accept(.init(asked: "0", next: "1024", rows: 100, total: 300, rest: 200))
        // 50 more came meanwhile.
        let second = CursorLedger.Answer(asked: "1024", next: "1124", rows: 100, total: 350, rest: 150)
        #expect(ledger.judge(second) == .fits)
        ledger.accept(second)
        #expect(ledger.held == 200)
    }

    @Test(arguments: [("9", "10", true), ("10", "9", false), ("007", "8", true), ("8", "8", false), ("x", "9", false)])
    func cursorsThatAreWholeNumbersAreComparedAsSuch(one: String, other: String, isBefore: Bool) {
        #expect(CursorLedger.isBefore(one, other) == isBefore)
    }
}
