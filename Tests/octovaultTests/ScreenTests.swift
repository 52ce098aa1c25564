import Testing

@testable import octovault

/// What a reader sees: lines of any width, columns, colours.
@Suite struct ScreenTests {
    private static let text = "octovault: task b1d51de6, 2013-12-01: the server refuses the credentials, status 400"

    @Test(arguments: 20...100) func linesAreBrokenBetweenWords(_ width: Int) {
        let lines = Self.text.wrapped(to: width, indent: "    ")
        #expect(lines.allSatisfy { $0.count <= width }, "\(lines)")
        #expect(lines.map { $0.drop { $0 == " " } }.joined(separator: " ") == Self.text)
        #expect(Self.text.wrapped(to: nil) == [Self.text])
    }

    @Test func coloursAreForScreensThatWantThem() {
        #expect(Style.isWanted(isTerminal: true, environment: [:]))
        #expect(!Style.isWanted(isTerminal: false, environment: [:]))
        #expect(!Style.isWanted(isTerminal: true, environment: ["NO_COLOR": "1"]))
        #expect(!Style.isWanted(isTerminal: true, environment: ["TERM": "dumb"]))
        #expect(Style.isWanted(isTerminal: true, environment: ["NO_COLOR": ""]))
    }

    @Test(arguments: [40, 60, 80, 100]) func aFlexibleColumnGivesWayFirst(_ width: Int) {
        var table = TextTable(columns: [.flexible("TASK"), .right("ROWS"), .left("STATE")])
        table.rows = [
            ["A task with a name that is longer than it needs to be for anybody", "1,234", "gaps"], ["B", "7", "ok"],
        ]
        let lines = table.lines(width: width)
        #expect(lines.allSatisfy { $0.count <= width }, "\(lines)")
        #expect(lines[1].hasSuffix("1,234  gaps"))
    }

    @Test(arguments: [
        ("octovault", "octovault"), ("/usr/local/bin/octovault", "/usr/local/bin/octovault"),
        ("/home/me/octovault/.build/debug/octovault", "swift run octovault"),
        ("/home/me/octovault/.build/x86_64-unknown-linux-gnu/debug/octovault", "swift run octovault"),
        (".build/debug/octovault", ".build/debug/octovault"), ("/my tools/octovault", "'/my tools/octovault'"),
    ])
    func commandsAreShownAsTheReaderTypesThem(_ path: String, _ typed: String) {
        #expect(Invocation.typed(path) == typed)
    }
}
