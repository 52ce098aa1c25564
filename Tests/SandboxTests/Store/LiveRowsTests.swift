import Foundation
import HTTPTypes
import Sandbox
import Testing

@Suite struct LiveRowsTests {
    private let clock = ManualClock(Date(timeIntervalSince1970: 1_356_998_400))

    private func configuration(_ rate: Double, _ file: String) throws -> SandboxConfiguration {
        let clock = clock
        return SandboxConfiguration(
            tasks: [try .parse("t=\(file):at")], timeZone: TimeZone(identifier: "Asia/Shanghai") ?? .gmt,
            liveRowsPerSecond: rate, now: { clock.now })
    }

    private let sample = Array("n,at\na,2012-01-01\nb,2012-01-02\nc,2012-01-03\n".utf8)

    @Test func rowsAreStoredAsTimePassesAndCycleTheSample() async throws {
        try await withFile("rows.csv", sample) { path in
            let store = try SandboxStore(configuration: try configuration(2, path))
            #expect(store.rowCount(of: "t") == 3)
            clock.advance(by: 0.4)
            #expect(store.rowCount(of: "t") == 3)
            clock.advance(by: 1.7)
            #expect(store.rows(of: "t").dropFirst(3).map(\.text) == ["a", "b", "c", "a"].map(row))
            #expect(
                store.rows(of: "t").dropFirst(3).map(\.time.description) == [
                    "2013-01-01 08:00:00.500", "2013-01-01 08:00:01", "2013-01-01 08:00:01.500", "2013-01-01 08:00:02",
                ])
            clock.advance(by: -1)
            #expect(store.rowCount(of: "t") == 7)
            clock.advance(by: 1000)
            #expect(store.rowCount(of: "t") == 3 + 2002)
        }
    }

    @Test func aRowIsServedOnceItIsStored() async throws {
        try await withFile("rows.csv", sample) { path in
            try await withSandbox(try configuration(1, path)) { url, store in
                let visitor = try await Visitor.loggedIn(url)
                #expect(try await visitor.window("t", "2013-01-01", "2013-01-02").total == 0)
                clock.advance(by: 5)
                #expect(try await visitor.window("t", "2013-01-01", "2013-01-02").total == 5)
                let unexported = try await visitor.get("/api/notexportdata?taskid=t&size=1000")
                #expect(unexported.total == 8)
                #expect(try await visitor.get("/api/alldata/getlastdataoftaskbypaging?taskid=t").total == 5)
            }
        }
    }

    @Test func withoutARateNothingIsStored() async throws {
        try await withFile("rows.csv", sample) { path in
            let store = try SandboxStore(configuration: try configuration(0, path))
            clock.advance(by: 1_000_000)
            #expect(store.rowCount(of: "t") == 3)
        }
    }

    @Test func lateRowsAreStoredInThePastAndNoneIsLost() async throws {
        try await withFile("rows.csv", sample) { path in
            var configuration = try configuration(10, path)
            configuration.lateShare = 0.3
            configuration.latestBy = 5
            let store = try SandboxStore(configuration: configuration)
            // Each time's rows that were not there the time before, and how old they were then.
            var ages: [Int64] = []
            var known = Set(store.rows(of: "t").map(\.time))
            for _ in 0..<200 {
                clock.advance(by: 0.1)
                let now = StoredTime(clock.now, in: configuration.timeZone)
                for row in store.rows(of: "t") where known.insert(row.time).inserted {
                    ages.append(now.milliseconds - row.time.milliseconds)
                }
            }
            let late = ages.filter { $0 > 110 }
            #expect((20...100).contains(late.count))
            #expect(late.allSatisfy { $0 <= 5110 })
            // Once it is as late as any can be, every tenth of a second has its row, once.
            clock.advance(by: 1000)
            let settled = StoredTime(clock.now.addingTimeInterval(-5.1), in: configuration.timeZone)
            let times = store.rows(of: "t").dropFirst(3).map(\.time.milliseconds).filter { $0 < settled.milliseconds }
            let tenths = times.map { ($0 + 50) / 100 }
            let first = try #require(tenths.first)
            #expect(tenths == Array(first..<first + 10_149) || tenths == Array(first..<first + 10_148))
        }
    }

    @Test func rowsExpireWithTimeAndLiveOnesGoOn() async throws {
        try await withFile("rows.csv", sample) { path in
            var configuration = try configuration(1, path)
            configuration.retention = 100
            try await withSandbox(configuration) { url, store in
                // The sample is of 2012: expired from the start, and still what live rows repeat.
                #expect(store.rowCount(of: "t") == 0)
                clock.advance(by: 50)
                #expect(store.rowCount(of: "t") == 50)
                clock.advance(by: 1000)
                let rows = store.rows(of: "t")
                #expect((100...101).contains(rows.count))
                let visitor = try await Visitor.loggedIn(url)
                #expect(try await visitor.get("/api/alldata?taskid=t").total == rows.count)
                #expect(try await visitor.window("t", "2013-01-01", "2013-01-02").names == rows.compactMap(\.name))
                #expect(store.multiset(of: "t").values.reduce(0, +) == rows.count)
            }
        }
    }

    @Test func aChangeIsMadeOnceWithTheRequestItIsFor() async throws {
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            store.after(requests: 0) { $0.insert(task: "t", row: row("first"), at: StoredTime(milliseconds: 0)) }
            store.after(requests: 2) { $0.remove(task: "t") { _ in true } }
            store.after(requests: 1) { $0.insert(task: "t", row: row("second"), at: StoredTime(milliseconds: 1)) }
            store.after(requests: 2) { store in
                store.insert(task: "t", row: row("third"), at: StoredTime(milliseconds: 2))
                store.faults = FaultPlan([.init(Fault(.serverError), skip: 1, count: 1)])
            }
            var seen: [[String]] = []
            for _ in 0..<5 { seen.append(try await visitor.get("/api/alldata?taskid=t").names) }
            #expect(seen == [["first"], ["first", "second"], ["third"], ["third"], []])
            #expect(try await visitor.get("/api/alldata?taskid=t").names == ["third"])
        }
    }
}

extension StoredRow {
    fileprivate var name: String? { Received(status: 200, headers: [:], bytes: bytes).text("n") }
}
