import Foundation
import Operations
import Testing

@testable import StatusServer

/// The front page draws what is another than the last time, and looks as if it drew everything.
@Suite struct TaskRowsTests {
    @Test func onlyRowsThatChangedAreDrawnAgain() throws {
        let vault = try GeneratedVault()
        for index in 0..<20 { try vault.add("task\(index)", name: "Task \(index)", hours: 30) }
        let renderer = try PageRenderer()
        func expect(drawn: Int, now: Date = testNow, _ why: Comment) throws {
            let overview = try vault.overview()
            let before = renderer.taskRows.drawn
            let page = renderer.front(overview, board: nil, now: now)
            #expect(renderer.taskRows.drawn - before == drawn, why)
            #expect(page == (try PageRenderer().front(overview, board: nil, now: now)), why)
        }
        try expect(drawn: 20, "the first")
        try expect(drawn: 0, "nothing was written")
        try vault.add("task7", name: "Task 7", hours: 20) { $0 == 3 ? nil : .init(rows: 41) }
        try expect(drawn: 1, "one task has other rows")
        try vault.add("task7", name: "<b>other</b>", hours: 31)
        try expect(drawn: 1, "it bears another name")
        try vault.add("new", hours: 5)
        try expect(drawn: 1, "there is one task more")
        try expect(drawn: 0, now: testNow.addingTimeInterval(7), "ages are told by the minute")
    }

    @Test func tasksThatLookAlikeHaveARowEach() throws {
        let memory = TaskRowMemory()
        let overview = try {
            try $0.add("a", hours: 3); return try $0.overview()
        }(try GeneratedVault())
        let links = PageLinks(form: .served, depth: 0)
        let row = try #require(overview.tasks.first.map { TaskRow($0, links, testNow) })
        #expect(memory.text(of: [row, row]) { _ in "<tr>" } == "<tr>\n<tr>")
        #expect(memory.drawn == 1)
        #expect(memory.text(of: []) { _ in "<tr>" }.isEmpty)
    }
}
