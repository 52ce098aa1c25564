import Archive
import Foundation
import Jobs
import OctoparseAPI
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// A job over some tasks of one server, which all hold the same rows; it is noon.
struct JobFixture {
    let folder: TemporaryFolder
    let vault: SnapshotVault
    let server: ModelServer
    var now: Date
    var rules = TakingRules(window: Seconds(3600), settle: Seconds(900), recheck: Seconds(48 * 3600))
    var tasks = ["t"]

    /// - Parameter other: whose vault and time are taken over; nil begins a vault.
    init(_ server: ModelServer, from hours: String, in other: JobFixture? = nil) throws {
        folder = try other?.folder ?? TemporaryFolder(isInMemory: true)
        vault = try other?.vault ?? SnapshotVault.open(at: folder.path, access: .create)
        now = other?.now ?? RecheckPlanTests.now
        self.server = server
        rules.start = try RunPlanTests.hours(hours).from
    }

    /// Runs once, and says what was asked of the server.
    func run(
        mayGoOn: @escaping @Sendable () -> Bool = { true },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in }
    ) async throws -> (summary: RunSummary, asked: [PageQuery]) {
        server.state.withLock { $0.queries = [] }
        let now = now
        let connection = SnapshotConnection(
            vault: vault, pages: server, host: "h", clock: RecheckPlanTests.clock, settle: rules.settle,
            configuration: TakingConfiguration(concurrency: 3, retryPause: .zero, compressionLevel: 1),
            requestCount: { 0 }, now: { now }, sleep: sleep)
        let summary = await JobRun(connection: connection, mayGoOn: mayGoOn)
            .run(try tasks.map { RunTask(id: try TaskID($0), rules: rules) })
        return (summary, server.state.withLock { $0.queries })
    }

    /// The hours that are covered.
    func covered(_ task: String = "t") async throws -> String {
        let locked = try await vault.lock(TaskID(task), wait: .polling())
        defer { locked.release() }
        let coverage = try locked.coverage(
            host: "h", clock: RecheckPlanTests.clock, settle: rules.settle, now: now)
        return RunPlanTests.text(coverage.covered.windows)
    }

    /// Two rows an hour from midnight on, one of them on the hour.
    static func rows(hours: Int = 12) throws -> [ModelServer.Row] {
        let midnight = try RunPlanTests.hours("0-1").from
        return (0..<hours * 2).map { half in
            ModelServer.Row(at: midnight.advanced(by: half * 1800), text: "{\"half\":\"\(half)\"}")
        }
    }
}

@Suite struct JobRunTests {
    @Test func aRunTakesWhatIsDueOfEveryTaskAndAsksOfTheFarFutureOnceATaskAndDay() async throws {
        var fixture = try JobFixture(ModelServer(try JobFixture.rows(hours: 60)), from: "3-4")
        fixture.tasks = ["a", "b", "c", "d", "e"]
        let (summary, asked) = try await fixture.run()
        #expect(summary.sealed == 5 * 8)
        #expect(summary.rows == 5 * 16)
        #expect(summary.failed.isEmpty && !summary.isCutShort && summary.didSomething)
        for task in fixture.tasks { #expect(try await fixture.covered(task) == "3-11") }
        #expect(Self.future(asked).map(\.task).sorted() == fixture.tasks)
        for (hours, times) in [(1, 0), (22, 0), (1, 1), (1, 0)] {
            fixture.now += Double(hours) * 3600
            let (_, asked) = try await fixture.run()
            #expect(Self.future(asked).count == 5 * times, "after \(hours) hours more")
        }
    }

    private static func future(_ asked: [PageQuery]) -> [PageQuery] {
        let future = StorageInstant(year: 2900, month: 1, day: 1) ?? .latest
        return asked.filter { if case .storageTime(_, let from, _) = $0 { from > future } else { false } }
    }

    @Test func aRunWithNothingDueAsksNothing() async throws {
        let fixture = try JobFixture(ModelServer(try JobFixture.rows()), from: "3-4")
        _ = try await fixture.run()
        let (summary, asked) = try await fixture.run()
        #expect(asked.isEmpty)
        #expect(!summary.didSomething)
    }

    /// The window, its edge, and one count that closes it and counts again what is due; no edge where there is no row.
    @Test(arguments: Sampling.pairs(IntervalConvention.played, [true, false]))
    func anHourlyRunCostsThreeRequestsAndTwoWhereTheHourIsEmpty(
        convention: IntervalConvention, isAtEdges: Bool
    ) async throws {
        let rows = try JobFixture.rows(hours: 50).filter { isAtEdges || $0.at.seconds % 3600 != 0 }
        var fixture = try JobFixture(ModelServer(rows, convention: convention), from: "0-1")
        fixture.now += 30 * 3600
        _ = try await fixture.run()
        for hour in 1..<24 {
            fixture.now += 3600
            let (summary, asked) = try await fixture.run()
            let isEmpty = hour > 9
            #expect(summary.failed.isEmpty && summary.sealed + summary.empty == 1 && summary.unproven == 0)
            #expect(summary.empty == (isEmpty ? 1 : 0), "hour \(hour)")
            #expect(summary.counted > 0)
            #expect(asked.count <= (isEmpty ? 2 : 3), "hour \(hour): \(asked)")
        }
    }

    /// What was counted together with windows that are closed, and has moved, is found and taken all the same; and the
    /// server is not doubted for it.
    @Test(arguments: Sampling.pairs(IntervalConvention.played, [0, 1, 4, 12, 24]))
    func whatMovedOfOldWindowsIsFoundThoughTheyAreCountedWithNewOnes(
        convention: IntervalConvention, age: Int
    ) async throws {
        var fixture = try JobFixture(
            ModelServer(try JobFixture.rows(hours: 60), convention: convention), from: "0-1")
        fixture.now += 30 * 3600
        _ = try await fixture.run()
        fixture.now += 3600
        _ = try await fixture.run()
        let end = RecheckPlanTests.clock.storageTime(at: fixture.now)
        let late = end.advanced(by: -age * 3600 - 4000)
        fixture.server.state.withLock { $0.rows.append(.init(at: late, text: "{\"late\":\"1\"}")) }
        var retaken = 0
        for _ in 0..<6 {
            fixture.now += 3600
            let (summary, _) = try await fixture.run()
            #expect(summary.failed.isEmpty && summary.sealed == 1 + summary.retaken)
            retaken += summary.retaken
        }
        #expect(retaken == 1)
        fixture.now += 3600
        #expect(try await fixture.run().asked.count == 3)
    }

    /// A day's outage, hours with 20 rows: little more than one answer a window.
    @Test(arguments: Sampling.some(1, of: IntervalConvention.played))
    func catchingUpOfManyTasksCostsLittleMoreThanAnAnswerAWindow(convention: IntervalConvention) async throws {
        let midnight = try RunPlanTests.hours("0-1").from
        let rows = (0..<20 * 60).map { number in
            ModelServer.Row(at: midnight.advanced(by: number * 180 + 91), text: "{\"n\":\"\(number)\"}")
        }
        var fixture = try JobFixture(ModelServer(rows, convention: convention), from: "0-1")
        fixture.tasks = (10..<Sampling.quick(15, else: 22)).map { "t\($0)" }
        _ = try await fixture.run()
        for hours in [1, 1, 24] {
            fixture.now += Double(hours) * 3600
            let (summary, asked) = try await fixture.run()
            #expect(summary.failed.isEmpty && summary.sealed == hours * fixture.tasks.count)
            #expect(summary.rows == 20 * hours * fixture.tasks.count)
            let share = Double(asked.count) / Double(hours * fixture.tasks.count)
            print("catching up of \(hours) hours, \(convention): \(share) x")
            if hours == 24 { #expect(share <= 1.2) }
        }
    }

    /// A server that contradicted itself is asked the careful way by the next runs as well, until it has agreed for a
    /// while.
    @Test func aServerThatContradictedItselfIsDoubtedByTheNextRunsToo() async throws {
        var fixture = try JobFixture(ModelServer(try JobFixture.rows(hours: 100)), from: "0-1")
        fixture.now += 30 * 3600
        _ = try await fixture.run()
        fixture.now += 3600
        #expect(try await fixture.run().asked.count == 3)
        // The window's own answer and its count tell of different rows.
        let lying = try JobFixture(
            ModelServer(try JobFixture.rows(hours: 100)) { number, state in
                state.leavesEdgesOut = number == 1
            }, from: "0-1", in: fixture)
        fixture = lying
        fixture.now += 3600
        let (summary, asked) = try await fixture.run()
        #expect(summary.failed.isEmpty && summary.sealed == 1 && asked.count > 3)
        var careful = 0
        for _ in 0..<40 {
            fixture.now += 3600
            let (summary, asked) = try await fixture.run()
            #expect(summary.failed.isEmpty && summary.sealed == 1)
            if asked.count > 3 { careful += 1 }
        }
        #expect((25...35).contains(careful), "\(careful)")
    }

    /// Where the server's clock is behind, a window that is closed by ours alone is not taken, though nothing was asked
    /// before it in this run.
    @Test func aWindowThatIsOpenByTheServersClockIsLeftThoughNothingIsAskedBeforeIt() async throws {
        var fixture = try JobFixture(ModelServer(try JobFixture.rows(hours: 60)), from: "0-1")
        fixture.now += 30 * 3600
        _ = try await fixture.run()
        let covered = try await fixture.covered()
        fixture.server.state.withLock { [now = fixture.now] in $0.date = now }
        fixture.now += 3600
        let (summary, asked) = try await fixture.run()
        #expect(summary.open == 1 && summary.sealed == 0 && summary.failed.isEmpty)
        #expect(Self.future(asked).isEmpty)
        #expect(try await fixture.covered() == covered)
    }

    /// The rows of an answer that does not hold them all are of no use where two do not: a window that should fit a few
    /// answers is asked for in pieces at once, another is counted first.
    @Test(arguments: [(rowsAnHour: 20, counts: 0), (rowsAnHour: 36, counts: 1)])
    func afterWindowsThatOverflowedAPageTheNextIsNotAskedForInOne(rowsAnHour: Int, counts: Int) async throws {
        let start = try RunPlanTests.hours("0-1").from
        let rows = (0..<40 * rowsAnHour).map {
            ModelServer.Row(at: start.advanced(by: $0 * 3600 / rowsAnHour + 7), text: "{\"n\":\"\($0)\"}")
        }
        var fixture = try JobFixture(ModelServer(rows), from: "0-1")
        fixture.rules.pageSize = 10
        fixture.now += 30 * 3600
        let (summary, asked) = try await fixture.run()
        #expect(summary.failed.isEmpty && summary.sealed >= 40 && summary.rows == rows.count)
        let wasteful = fixture.server.state.withLock { $0.wasteful }
        #expect(wasteful <= 4, "\(wasteful) answers were thrown away")
        // By then the server is taken at its word.
        for hour in 24..<40 {
            let from = start.advanced(by: hour * 3600)
            let whole = PageQuery.storageTime(task: "t", from: from, to: from.advanced(by: 3600))
            #expect(asked.filter { $0 == whole }.count == counts, "hour \(hour)")
        }
    }

    @Test func windowsOfNotQuiteTwoAnswersRowsAreAskedForTwiceEachAndNothingIsThrownAway() async throws {
        let start = try RunPlanTests.hours("0-1").from
        let rows = (0..<40 * 12).map {
            ModelServer.Row(at: start.advanced(by: $0 * 300 + 7), text: "{\"n\":\"\($0)\"}")
        }
        var fixture = try JobFixture(ModelServer(rows), from: "0-1")
        fixture.rules.pageSize = 10
        fixture.now += 30 * 3600
        let (summary, asked) = try await fixture.run()
        #expect(summary.failed.isEmpty && summary.rows == rows.count && summary.wasted == 0)
        for hour in 24..<40 {
            let end = start.advanced(by: (hour + 1) * 3600)
            let within = asked.filter {
                guard case .storageTime(_, let from, end) = $0 else { return false }
                return from.seconds(since: start) / 3600 == hour
            }
            #expect(within.count == 2, "hour \(hour)")
        }
    }

    @Test func tasksTakeTurnsBatchByBatch() async throws {
        var fixture = try JobFixture(ModelServer(try JobFixture.rows(hours: 100)), from: "0-1")
        fixture.now += 40 * 3600
        fixture.tasks = ["long", "a", "b", "c", "short", "brief"]
        let (_, asked) = try await fixture.run()
        var firstAsked: [String: Int] = [:]
        for (index, query) in asked.enumerated() where firstAsked[query.task] == nil { firstAsked[query.task] = index }
        let last = try #require(asked.lastIndex { $0.task == "long" })
        #expect(try #require(firstAsked["brief"]) < last)
        #expect(try #require(firstAsked["short"]) < last)
    }

    @Test func aRunThatMayNotGoOnLeavesWholeWindowsAndTheNextTakesTheRest() async throws {
        let fixture = try JobFixture(ModelServer(try JobFixture.rows()), from: "3-4")
        let left = Mutex(4)
        let (summary, _) = try await fixture.run(mayGoOn: {
            left.withLock { left in
                left -= 1
                return left >= 0
            }
        })
        #expect(summary.isCutShort)
        #expect((1...4).contains(summary.sealed))
        #expect(try await fixture.covered() == "3-\(3 + summary.sealed)")
        let (rest, _) = try await fixture.run()
        #expect(rest.sealed == 8 - summary.sealed)
        #expect(!rest.isCutShort)
        #expect(try await fixture.covered() == "3-11")
    }

    /// As the scheduler does it when the timeout has passed.
    @Test(arguments: [1, 5, 9, 14, 20])
    func aRunThatIsCancelledLeavesWholeWindowsAndTheNextTakesTheRest(request: Int) async throws {
        let running = Mutex<Task<RunSummary, any Error>?>(nil)
        let fixture = try JobFixture(
            ModelServer(try JobFixture.rows()) { number, _ in
                if number == request { running.withLock { $0?.cancel() } }
            }, from: "3-4")
        let task = Task { try await fixture.run().summary }
        running.withLock { $0 = task }
        let summary = try await task.value
        #expect(summary.failed.isEmpty)
        #expect(fixture.folder.allFiles().filter { $0.hasSuffix(".partial") }.isEmpty)
        let (rest, _) = try await fixture.run()
        #expect(summary.sealed + rest.sealed == 8)
        #expect(try await fixture.covered() == "3-11")
    }

    @Test func aTaskThatAnotherProcessHasIsWaitedForWhileTheOthersAreTaken() async throws {
        var fixture = try JobFixture(ModelServer(try JobFixture.rows()), from: "3-4")
        fixture.tasks = ["held", "free"]
        let holder = Mutex<LockedTask?>(try await fixture.vault.lock(TaskID("held"), wait: .no))
        let (summary, asked) = try await fixture.run(sleep: { _ in holder.withLock { $0 = nil } })
        #expect(summary.sealed == 16)
        #expect(summary.lockedTasks.isEmpty)
        let firstHeld = try #require(asked.firstIndex { $0.task == "held" })
        #expect(firstHeld > (try #require(asked.lastIndex { $0.task == "free" })))
    }

    @Test func aTaskThatAnotherProcessKeepsIsNamed() async throws {
        var fixture = try JobFixture(ModelServer(try JobFixture.rows()), from: "3-4")
        fixture.tasks = ["held", "free"]
        let held = try await fixture.vault.lock(TaskID("held"), wait: .no)
        let mayGoOn = Mutex(true)
        let (summary, _) = try await fixture.run(
            mayGoOn: { mayGoOn.withLock { $0 } }, sleep: { _ in mayGoOn.withLock { $0 = false } })
        held.release()
        #expect(summary.sealed == 8)
        #expect(summary.lockedTasks == ["held"])
        #expect(!summary.isCutShort)
    }

    @Test func oneTasksFailureDoesNotStopTheOthers() async throws {
        var fixture = try JobFixture(ModelServer(try JobFixture.rows()), from: "3-4")
        fixture.tasks = ["gone", "a", "b"]
        fixture.server.state.withLock { $0.unknownTasks = ["gone"] }
        let (summary, _) = try await fixture.run()
        #expect(summary.sealed == 16)
        #expect(summary.failed.map(\.task) == ["gone"])
    }

    @Test func lateRowsAreAddedAndRowsTheCloudLostAreKept() async throws {
        var fixture = try JobFixture(ModelServer(try JobFixture.rows()), from: "3-4")
        _ = try await fixture.run()
        fixture.server.state.withLock { state in
            state.rows.append(.init(at: state.rows[8].at.advanced(by: 7), text: "{\"late\":\"1\"}"))
            state.rows.append(.init(at: state.rows[8].at.advanced(by: 8), text: "{\"late\":\"2\"}"))
            state.rows.removeAll { $0.text == "{\"half\":\"9\"}" }
        }
        // The window is half a day old by then.
        fixture.now += 6 * 3600
        let (summary, _) = try await fixture.run()
        #expect(summary.retaken == 1)
        #expect(summary.kept == 1)
        #expect(summary.counted > 0)
        #expect(try await fixture.covered() == "3-17")
    }

    @Test func aServerThatLeavesEdgesOutIsFoundOutThoughEachRunTakesOneWindow() async throws {
        var fixture = try JobFixture(ModelServer(try JobFixture.rows(hours: 20)), from: "10-11")
        fixture.server.state.withLock { $0.leavesEdgesOut = true }
        _ = try await fixture.run()
        fixture.now += 3600
        let (summary, _) = try await fixture.run()
        #expect(summary.sealed == 0)
        #expect(summary.failed.compactMap { ($0.error as? SnapshotError)?.code } == [.intervalOpen])
    }

    @Test func aServerThatIgnoresIntervalsIsFoundOutBeforeAnythingIsTaken() async throws {
        let fixture = try JobFixture(ModelServer(try JobFixture.rows()), from: "3-4")
        fixture.server.state.withLock { $0.ignoresInterval = true }
        let (summary, _) = try await fixture.run()
        #expect(summary.sealed == 0)
        #expect(summary.failed.compactMap { ($0.error as? SnapshotError)?.code } == [.intervalIgnored])
    }
}

@Suite struct UnsettledWindowTests {
    /// While an extraction is running in the last quarter of an hour, what lies before it is sealed.
    @Test func ofAWindowThatNeverSettlesTheQuartersThatDoAreSealed() async throws {
        let moving = try RunPlanTests.hours("10.75-11")
        let fixture = try JobFixture(
            ModelServer(try JobFixture.rows()) { request, state in
                let at = moving.from.advanced(by: request % moving.seconds)
                state.rows.append(.init(at: at, text: "{\"request\":\"\(request)\"}"))
            }, from: "9-10")
        let (summary, asked) = try await fixture.run()
        #expect(summary.sealed == 3 || summary.sealed + summary.empty + summary.unproven == 4)
        #expect(summary.failed.compactMap(\.window) == [moving])
        #expect(summary.failed.allSatisfy { ($0.error as? SnapshotError)?.code == .unstable })
        #expect(try await fixture.covered() == "9-10.75")
        #expect(asked.count < 60, "a window that does not settle is given up after a bounded number of requests")
    }

    @Test func aServerThatNeverStandsStillIsGivenUp() async throws {
        let whole = try RunPlanTests.hours("0-12")
        let fixture = try JobFixture(
            ModelServer(try JobFixture.rows()) { request, state in
                for second in stride(from: 0, to: whole.seconds, by: 300) {
                    state.rows.append(.init(at: whole.from.advanced(by: second), text: "{\"request\":\"\(request)\"}"))
                }
            }, from: "1-2")
        let (summary, asked) = try await fixture.run()
        #expect(summary.sealed == 0)
        #expect(!summary.failed.isEmpty)
        #expect(asked.count < 150)
    }
}
