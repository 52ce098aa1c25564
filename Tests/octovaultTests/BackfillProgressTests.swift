import Testing

@testable import octovault

@Suite struct BackfillProgressTests {
    @Test(arguments: [
        (0, 0, "[....................] 0/0 windows, 0 rows, 0 rows/s, 0:00 left"),
        (0, 4, "[....................] 0/4 windows, 0 rows, 0 rows/s, 0:00 left"),
        (1, 4, "[#####...............] 1/4 windows, 100 rows, 10 rows/s, 0:30 left"),
        (4, 4, "[####################] 4/4 windows, 400 rows, 40 rows/s, 0:00 left"),
        // The step left of the first window comes on top of what was planned.
        (3, 2, "[####################] 3/3 windows, 300 rows, 30 rows/s, 0:00 left"),
    ])
    func progressIsToldHoweverManyWindowsTurnUp(done: Int, planned: Int, expected: String) {
        #expect(BackfillReport.progress(done: done, of: planned, rows: done * 100, after: .seconds(10)) == expected)
    }
}
