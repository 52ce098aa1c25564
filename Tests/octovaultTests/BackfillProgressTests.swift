import Testing

@testable import octovault

@Suite struct BackfillProgressTests {
    private static func progress(_ done: Int, _ planned: Int, seconds: Int = 10) -> TakingProgress {
        TakingProgress(
            done: done, planned: planned, rows: done * 100, requests: done * 2 + 1, elapsed: .seconds(seconds))
    }

    @Test(arguments: [
        (0, 0, "[....................] asking the server, 1 request"),
        (0, 4, "[....................] 0/4 windows, 1 request"),
        (1, 4, "[#####...............] 1/4 windows, 100 rows, 3 requests"),
        (5, 20, "[#####...............] 5/20 windows, 500 rows, 11 requests, 0:30 left"),
        (4, 4, "[####################] 4/4 windows, 400 rows, 9 requests"),
        // The step left of the first window comes on top of what was planned.
        (3, 2, "[####################] 3/3 windows, 300 rows, 7 requests"),
    ])
    func progressIsToldHoweverManyWindowsTurnUp(done: Int, planned: Int, expected: String) {
        #expect(Self.progress(done, planned).line(width: nil) == expected)
    }

    @Test(arguments: 20...120) func progressFitsAnyWidth(_ width: Int) {
        for progress in [Self.progress(0, 0), Self.progress(3, 2), Self.progress(123_456, 9_876_543, seconds: 100_000)]
        {
            let line = progress.line(width: width)
            #expect(line.count <= width, "\(line)")
            if width >= 40, progress.planned > 0 { #expect(line.contains("windows"), "\(line)") }
        }
    }

    @Test func windowsOfTasksThatHaveNotBegunAreReckonedIn() {
        var progress = Self.progress(154, 308, seconds: 40)
        (progress.begunTasks, progress.waitingTasks) = (2, 38)
        #expect(progress.line(width: nil).contains("154 of about 6,160 windows"))
        #expect(progress.secondsLeft == 1560)
        progress.waitingTasks = 0
        #expect(progress.line(width: nil).contains("154/308 windows") && progress.secondsLeft == 40)
        // Nothing is known before a task has begun.
        let first = TakingProgress(
            done: 0, planned: 0, rows: 0, requests: 1, elapsed: .seconds(9), begunTasks: 0, waitingTasks: 40)
        #expect(first.line(width: 40) == "asking the server, 1 request" && first.secondsLeft == nil)
    }

    @Test func noTimeIsLeftBeforeItIsKnown() {
        #expect(Self.progress(4, 100, seconds: 60).secondsLeft == nil)
        #expect(Self.progress(50, 100, seconds: 1).secondsLeft == nil, "the first requests go out at once")
        #expect(Self.progress(50, 100, seconds: 60).secondsLeft == 60)
    }
}
