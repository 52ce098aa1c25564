import Foundation
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
}
