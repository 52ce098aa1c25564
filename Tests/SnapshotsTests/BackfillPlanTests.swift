import StorageTime
import Testing

@testable import Snapshots

@Suite struct BackfillPlanTests {
    @Test func onlyTheGapsOfTheRangeAreTaken() throws {
        let plan = BackfillPlan(
            range: try window("2013-01-01", "2013-01-05"), step: Seconds(86_400),
            covered: WindowSet([try window("2013-01-02", "2013-01-03")]), closedUntil: try time("2020-01-01"))
        #expect(
            plan.windows == [
                try window("2013-01-01", "2013-01-02"), try window("2013-01-03", "2013-01-04"),
                try window("2013-01-04", "2013-01-05"),
            ])
        #expect(plan.skipped == 1)
        #expect(plan.open == 0)
        #expect(plan.openFrom == nil)
    }

    @Test func aWindowCoveredInPartIsTakenForTheRestOnly() throws {
        let plan = BackfillPlan(
            range: try window("2013-01-01", "2013-01-02"), step: Seconds(86_400),
            covered: WindowSet([try window("2013-01-01 06:00:00", "2013-01-01 07:00:00")]),
            closedUntil: try time("2020-01-01"))
        #expect(
            plan.windows == [
                try window("2013-01-01 00:00:00", "2013-01-01 06:00:00"),
                try window("2013-01-01 07:00:00", "2013-01-02 00:00:00"),
            ])
    }

    @Test func whatIsNotClosedIsOpenAndNotTaken() throws {
        let plan = BackfillPlan(
            range: try window("2013-01-01", "2013-01-10"), step: Seconds(86_400), covered: WindowSet(),
            closedUntil: try time("2013-01-03 12:00:00"))
        #expect(plan.windows.last?.to == (try time("2013-01-03")))
        #expect(plan.open == 7)
        #expect(plan.openFrom == (try time("2013-01-03")))
    }

    @Test func aRangeThatIsWhollyInTheFutureIsOpen() throws {
        let plan = BackfillPlan(
            range: try window("2050-01-01", "9999-12-31"), step: Seconds(3600), covered: WindowSet(),
            closedUntil: try time("2026-01-01"))
        #expect(plan.windows.isEmpty)
        #expect(plan.open == (try window("2050-01-01", "9999-12-31")).sliceCount(onGridOf: 3600))
    }

    @Test func aWindowToBeTakenAgainIsTakenAsItIsAndNotCutByTheGrid() throws {
        let again = try window("2013-01-01 12:00:00", "2013-01-02 12:00:00")
        let plan = BackfillPlan(
            range: try window("2013-01-01", "2013-01-03"), step: Seconds(86_400), covered: WindowSet(), again: [again],
            closedUntil: try time("2020-01-01"))
        #expect(
            plan.windows == [
                try window("2013-01-01 00:00:00", "2013-01-01 12:00:00"), again,
                try window("2013-01-02 12:00:00", "2013-01-03 00:00:00"),
            ])
        #expect(plan.skipped == 0)
    }

    @Test func windowsNeverOverlapAndTileTheClosedPartOfTheRange() throws {
        let covered = WindowSet([
            try window("2013-01-01 03:30:00", "2013-01-01 09:10:00"), try window("2013-01-02", "2013-01-03"),
        ])
        let plan = BackfillPlan(
            range: try window("2013-01-01 01:00:00", "2013-01-04 05:00:00"), step: Seconds(5 * 3600),
            covered: covered, closedUntil: try time("2020-01-01"))
        #expect(zip(plan.windows, plan.windows.dropFirst()).allSatisfy { $0.to <= $1.from })
        #expect(
            WindowSet(plan.windows).union(covered).windows
                == [try window("2013-01-01 01:00:00", "2013-01-04 05:00:00")])
    }

    @Test(arguments: [
        ("2013-01-01 00:00:00", "2012-12-31 00:00:00"), ("2013-01-01 06:00:00", "2013-01-01 00:00:00"),
    ])
    func theStepToTheLeftEndsWhereTheWindowStarts(from: String, start: String) throws {
        let step = BackfillPlan.stepLeft(of: try window(from, "2013-01-02"), step: Seconds(86_400))
        #expect(step == (try window(start, from)))
    }
}

func time(_ text: String) throws -> StorageInstant { try StorageInstant(parsing: text) }

func window(_ from: String, _ to: String) throws -> Window { try Window(from: time(from), to: time(to)) }
