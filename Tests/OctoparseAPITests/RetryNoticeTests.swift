import Testing

@testable import OctoparseAPI

struct RetryNoticeTests {
    @Test func oneNoteAnIntervalTellsHowManyWereLeftOut() {
        var notice = RetryNotice(interval: .seconds(10))
        let seconds = [0, 1, 2, 9, 10, 11, 25]
        #expect(seconds.map { notice.note(at: .seconds($0)) } == [0, nil, nil, nil, 3, nil, 1])
    }
}
