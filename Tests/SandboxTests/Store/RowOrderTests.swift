import Foundation
import Records
import Sandbox
import StorageTime
import Testing

@Suite struct RowOrderTests {
    @Test func rowsComeByStorageTimeThenByArrival() async throws {
        try await withSandbox(emptyTask()) { url, store in
            let times = ["2013-01-02", "2013-01-01", "2013-01-02", "2013-01-01 00:00:00.5", "2013-01-01"]
            for (index, time) in times.enumerated() { store.insert(task: "t", row: row(index), at: try stored(time)) }
            let visitor = try await Visitor.loggedIn(url)
            #expect(try await visitor.get("/api/alldata?taskid=t").names == ["1", "4", "3", "0", "2"])
            #expect(store.rows(of: "t").map(\.text) == ["1", "4", "3", "0", "2"].map(row))
        }
    }

    @Test func rowsStoredTogetherAreInTheSameOrderAsOneByOne() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = Numbers(state: seed)
        let rows = try (0..<300).map { index in
            let second = Int.random(in: 0..<20, using: &generator)
            return StoredRow(
                time: try stored("2013-01-01 00:00:\(second < 10 ? "0" : "")\(second)"), bytes: Array(row(index).utf8))
        }
        let together = try SandboxStore(configuration: emptyTask())
        together.insert(task: "t", rows: rows)
        let apart = try SandboxStore(configuration: emptyTask())
        for row in rows { apart.insert(task: "t", row: row.text, at: row.time) }
        #expect(together.rows(of: "t") == apart.rows(of: "t"), "seed \(seed)")
        // Removing most of them packs the buffer anew, and keeps the order.
        let kept = together.rows(of: "t").filter { $0.bytes.count % 3 == 0 }
        together.remove(task: "t") { $0.bytes.count % 3 != 0 }
        #expect(together.rows(of: "t") == kept, "seed \(seed)")
        together.insert(task: "t", rows: rows)
        #expect(together.rowCount(of: "t") == kept.count + rows.count)
    }

    @Test func shuffledTiesStayInTheirSecondAndAreAllThere() async throws {
        var configuration = emptyTask()
        configuration.shufflesTies = true
        try await withSandbox(configuration) { url, store in
            for index in 0..<60 {
                let second = index / 20
                store.insert(task: "t", row: row(index), at: try stored("2013-01-01 00:00:0\(second).\(index % 10)"))
            }
            let visitor = try await Visitor.loggedIn(url)
            var orders: Set<[String]> = []
            for _ in 0..<5 {
                let names = try await visitor.window("t", "2013-01-01", "2013-01-02").names
                for second in 0..<3 {
                    let group = Set(names[second * 20..<(second + 1) * 20])
                    #expect(group == Set((second * 20..<(second + 1) * 20).map(String.init)))
                }
                orders.insert(names)
            }
            #expect(orders.count == 5)
            // Pages cut through a second, which is shuffled anew for each: the middle of the second page is sure.
            let page = try await visitor.window("t", "2013-01-01", "2013-01-02", index: 2, size: 30).names
            #expect(page.count == 30)
            #expect(Set(page.suffix(20)) == Set((40..<60).map(String.init)))
            #expect(Set(page.prefix(10)).isSubset(of: (20..<40).map(String.init)))
        }
    }

    @Test func shufflingNeverBringsRowsFromOutsideTheInterval() async throws {
        var configuration = emptyTask()
        configuration.shufflesTies = true
        configuration.bounds = .halfOpen
        try await withSandbox(configuration) { url, store in
            for index in 0..<10 {
                store.insert(task: "t", row: row(index), at: try stored("2013-01-01 00:00:00.\(index)"))
            }
            let visitor = try await Visitor.loggedIn(url)
            for _ in 0..<5 {
                let names = try await visitor.window("t", "2013-01-01 00:00:00.2", "2013-01-01 00:00:00.7").names
                #expect(Set(names) == ["2", "3", "4", "5", "6"])
            }
        }
    }

    @Test func withoutShufflingTheSameQuestionGetsTheSameBytes() async throws {
        try await withSandbox(emptyTask()) { url, store in
            for index in 0..<50 { store.insert(task: "t", row: row(index), at: try stored("2013-01-01")) }
            let visitor = try await Visitor.loggedIn(url)
            let first = try await visitor.get("/api/alldata?taskid=t&pageindex=2&pagesize=20")
            let second = try await visitor.get("/api/alldata?taskid=t&pageindex=2&pagesize=20")
            #expect(first.bytes == second.bytes)
            #expect(first.names == (20..<40).map(String.init))
            #expect(store.statistics.cachedPages == 1)
        }
    }

    @Test func aChangeIsSeenByTheNextRequest() async throws {
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            store.insert(task: "t", row: row("a"), at: try stored("2013-01-01"))
            #expect(try await visitor.get("/api/alldata?taskid=t").names == ["a"])
            store.insert(task: "t", row: row("b"), at: try stored("2013-01-01"))
            #expect(try await visitor.get("/api/alldata?taskid=t").names == ["a", "b"])
            #expect(store.remove(task: "t") { $0.text == row("a") } == 1)
            #expect(try await visitor.get("/api/alldata?taskid=t").names == ["b"])
            #expect(store.remove(task: "nobody") { _ in true } == 0)
        }
    }

    @Test func theHookRunsBetweenARequestAndItsAnswer() async throws {
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            let time = try stored("2013-01-01")
            store.onRequest { [unowned store] request in
                if request.endpoint == .all { store.insert(task: "t", row: row(request.pageIndex ?? 0), at: time) }
            }
            #expect(try await visitor.get("/api/alldata?taskid=t&pageindex=1&pagesize=9").names == ["1"])
            #expect(try await visitor.get("/api/alldata?taskid=t&pageindex=1&pagesize=9").names == ["1", "1"])
            store.onRequest(nil)
            #expect(try await visitor.get("/api/alldata?taskid=t&pageindex=1&pagesize=9").total == 2)
        }
    }

    @Test func requestsAreCountedAndLogged() async throws {
        var configuration = emptyTask()
        configuration.logCapacity = 3
        try await withSandbox(configuration) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            for index in 1...8 {
                _ = try await visitor.get("/api/alldata?taskid=t&pageindex=\(index)&pagesize=7")
            }
            _ = try await visitor.window("T", "2013-01-01", "2013-01-02")
            #expect(store.statistics[.all] == 8)
            #expect(store.statistics[.token] == 1)
            #expect(store.statistics.requestCount == 10)
            let log = store.log
            #expect(log.map(\.number) == [8, 9, 10])
            #expect(log.map(\.pageIndex) == [7, 8, 1])
            #expect(log.last?.endpoint == .storageTime)
            #expect(log.last?.task == "T")
            #expect(log.last?.from == "2013-01-01")
            store.resetStatistics()
            #expect(store.statistics.requestCount == 0)
            #expect(store.log == [])
        }
    }
}

/// Random numbers of a seed: Xorshift64*, by Vigna (2016).
struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state == 0 ? 1 : state
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
