import Foundation
import Sandbox
import Testing

/// Faults in which rows come and what is said of them.
@Suite struct PagingFaultTests {
    private static let window =
        "/api/alldata/getdataoftaskbytimeandpaging?taskid=t&from=2013-01-03&to=2013-01-05&pageindex=1&pagesize=1000"

    private static func page(_ index: Int, of size: Int = 10) -> String {
        "/api/alldata?taskid=t&pageindex=\(index)&pagesize=\(size)"
    }

    private static func names(_ range: Range<Int>) -> [String] { range.map(String.init) }

    /// With a task of 50 rows, five a day from 2013-01-01 on.
    private static func with(
        _ fault: Fault, _ body: (_ visitor: Visitor, _ store: SandboxStore) async throws -> Void
    ) async throws {
        try await withSandbox(emptyTask()) { url, store in
            for index in 0..<50 {
                store.insert(task: "t", row: row(index), at: try stored("2013-01-\(index / 5 + 1)"))
            }
            let visitor = try await Visitor.loggedIn(url)
            store.faults = FaultPlan([.init(fault)])
            try await body(visitor, store)
            // Whatever was answered, the truth is still to be had.
            let truth = try await visitor.get("/__sandbox/rows?task=t").body
            #expect(truth == Self.names(0..<50).map { row($0) + "\n" }.joined())
        }
    }

    @Test func cappedPagesAreShortAndMissNothing() async throws {
        try await Self.with(Fault(.pageSizeCapped, amount: 7)) { visitor, _ async throws in
            var seen: [String] = []
            for index in 1...8 {
                let page = try await visitor.get(Self.page(index))
                #expect(page.total == 50)
                #expect(page.names.count == (index == 8 ? 1 : 7))
                #expect(page.currentTotal == page.names.count)
                seen += page.names
            }
            #expect(seen == Self.names(0..<50))
            // A page that was asked for smaller still is as asked for.
            #expect(try await visitor.get(Self.page(2, of: 5)).names == Self.names(5..<10))
        }
    }

    @Test func shortPagesLeaveOutAsManyRowsAsSet() async throws {
        try await Self.with(Fault(.shortPage, amount: 3)) { visitor, _ async throws in
            let first = try await visitor.get(Self.page(1))
            #expect(first.names == Self.names(0..<7))
            #expect(first.total == 50)
            #expect(try await visitor.get(Self.page(2)).names == Self.names(10..<17))
            #expect(try await visitor.get(Self.page(1, of: 2)).names == [])
        }
    }

    @Test func reorderedRowsAreTheSameRowsInAnotherOrderEachTime() async throws {
        try await Self.with(Fault(.rowsReordered)) { visitor, _ async throws in
            let first = try await visitor.get(Self.page(1, of: 1000)).names
            let second = try await visitor.get(Self.page(1, of: 1000)).names
            #expect(first != second)
            #expect(first.sorted() == Self.names(0..<50).sorted())
            #expect(second.sorted() == first.sorted())
            // Pages are cut from orders that differ, so that together they are not the rows.
            var paged: [String] = []
            for index in 1...5 { paged += try await visitor.get(Self.page(index)).names }
            #expect(paged.count == 50)
            #expect(Set(paged).count < 50)
            let window = try await visitor.get(Self.window).names
            #expect(window.sorted() == Self.names(10..<25).sorted())
        }
    }

    @Test func anIntervalsEdgesCanBeIgnoredOneByOne() async throws {
        for (edge, rows) in [("from", 0..<25), ("to", 10..<50), ("both", 0..<50)] {
            try await Self.with(Fault(.intervalIgnored, text: edge)) { visitor, _ async throws in
                let answer = try await visitor.get(Self.window)
                #expect(answer.names == Self.names(rows))
                #expect(answer.total == rows.count)
            }
        }
    }

    @Test func edgesLeftOutMakesTheIntervalOpen() async throws {
        try await Self.with(Fault(.edgesLeftOut)) { visitor, store async throws in
            #expect(try await visitor.get(Self.window).names == Self.names(15..<20))
            #expect(try await visitor.window("t", "2013-01-03", "2013-01-03").names == [])
            // Not asked for on a source that has no interval.
            #expect(try await visitor.get(Self.page(1)).names.count == 10)
            #expect(store.statistics.faults == [.edgesLeftOut: 2])
        }
    }

    @Test func aTotalGrowsAndShrinksFromRequestToRequest() async throws {
        try await Self.with(Fault(.totalGrowing, amount: 2)) { visitor, _ async throws in
            var totals: [Int?] = []
            for index in 1...4 { totals.append(try await visitor.get(Self.page(index)).total) }
            #expect(totals == [52, 54, 56, 58])
        }
        try await Self.with(Fault(.totalShrinking, amount: 20)) { visitor, _ async throws in
            var totals: [Int?] = []
            for index in 1...4 { totals.append(try await visitor.get(Self.page(index)).total) }
            #expect(totals == [30, 10, 0, 0])
            #expect(try await visitor.get(Self.page(1)).names == Self.names(0..<10))
        }
    }

    @Test func aTotalIsTheTasksOnEverySource() async throws {
        try await Self.with(Fault(.totalOfTask)) { visitor, _ async throws in
            #expect(try await visitor.get(Self.window).total == 50)
            #expect(try await visitor.get("/api/alldata/getlastdataoftaskbypaging?taskid=t").total == 50)
            #expect(try await visitor.get("/api/notexportdata?taskid=t&size=10").total == 50)
            #expect(try await visitor.get("/api/notexportdata?taskid=t&size=10").total == 50)
        }
    }

    @Test func countsAreOffByAsMuchAsSet() async throws {
        try await Self.with(Fault(.wrongCurrentTotal, amount: 5)) { visitor, _ async throws in
            #expect(try await visitor.get(Self.page(1)).currentTotal == 15)
        }
        try await Self.with(Fault(.totalTooLarge, amount: 100)) { visitor, _ async throws in
            #expect(try await visitor.get(Self.page(1)).total == 150)
        }
    }

    @Test func aPageIsRepeatedOrItsIndexIgnoredFromPageTwoOn() async throws {
        try await Self.with(Fault(.pageRepeated)) { visitor, store async throws in
            #expect(try await visitor.get(Self.page(1)).names == Self.names(0..<10))
            #expect(store.statistics.faults == [:])
            #expect(try await visitor.get(Self.page(2)).names == Self.names(0..<10))
            #expect(try await visitor.get(Self.page(4)).names == Self.names(20..<30))
        }
        try await Self.with(Fault(.pageIndexIgnored)) { visitor, store async throws in
            for index in 1...3 { #expect(try await visitor.get(Self.page(index)).names == Self.names(0..<10)) }
            #expect(store.statistics.faults == [.pageIndexIgnored: 2])
        }
    }
}
