import Foundation
import Operations
import Testing

@testable import StatusServer

/// The front page draws what is another than the last time, and looks as if it drew everything.
@Suite struct TaskRowsTests {
    @Test func onlyCellsThatChangedAreDrawnAgain() throws {
        let vault = try GeneratedVault()
        for index in 0..<20 { try vault.add("task\(index)", name: "Task \(index)", hours: 30) }
        let renderer = try PageRenderer()
        func expect(drawn: Int, now: Date = testNow, _ why: Comment) throws {
            let overview = try vault.overview()
            let before = renderer.taskCells.drawn
            let page = renderer.front(overview, board: nil, now: now)
            #expect(renderer.taskCells.drawn - before == drawn, why)
            #expect(page == (try PageRenderer().front(overview, board: nil, now: now)), why)
        }
        try expect(drawn: 23, "of each task its name; the other cells are alike")
        try expect(drawn: 0, "nothing was written")
        try vault.add("task7", name: "Task 7", hours: 20) { $0 == 3 ? nil : .init(rows: 41) }
        try expect(drawn: 2, "one task has other days, and its name tells what it lacks")
        try vault.add("task7", name: "<b>other</b>", hours: 31)
        try expect(drawn: 1, "it bears another name")
        try vault.add("new", hours: 5)
        try expect(drawn: 2, "there is one task more, with days of its own")
        try expect(drawn: 0, now: testNow.addingTimeInterval(7), "ages are told by the minute")
    }

    @Test func tasksThatLookAlikeHaveARowEach() throws {
        let memory = CellMemory()
        let overview = try {
            try $0.add("a", hours: 3); return try $0.overview()
        }(try GeneratedVault())
        let links = PageLinks(form: .served, depth: 0)
        let row = try #require(overview.tasks.first.map { TaskRow($0, links, testNow) })
        let drawing = row.html { _ in "<td>" }
        #expect(drawing.components(separatedBy: "<td>").count == 5)
        #expect(memory.text(of: [row, row]) { _ in "<td>" } == drawing + "\n" + drawing)
        #expect(memory.drawn == 4)
        #expect(memory.text(of: []) { _ in "<td>" }.isEmpty)
    }
}
