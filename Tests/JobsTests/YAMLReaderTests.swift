import Testing

@testable import Jobs

@Suite struct YAMLReaderTests {
    private func problems(_ text: String) -> [String] {
        let log = ProblemLog(file: "f")
        _ = YAMLReader.read(SourceText(Array(text.utf8)), log: log)
        return log.problems.map(\.description)
    }

    private func entries(_ text: String) throws -> [YAMLNode.Entry] {
        let log = ProblemLog(file: "f")
        let root = try #require(YAMLReader.read(SourceText(Array(text.utf8)), log: log))
        #expect(log.problems == [])
        guard case .mapping(let entries) = root.kind else { return [] }
        return entries
    }

    @Test func keysAndValuesHaveTheirPlaces() throws {
        let found = try entries("a: 1\n\"bé\":   'x'\nc:\n  - y\n  - {d: z}\n")
        #expect(found.map(\.key) == ["a", "bé", "c"])
        #expect(
            found.map(\.keyPosition) == [
                .init(line: 1, column: 1), .init(line: 2, column: 1), .init(line: 3, column: 1),
            ])
        #expect(
            found.map(\.value.position) == [
                .init(line: 1, column: 4), .init(line: 2, column: 9), .init(line: 4, column: 3),
            ])
    }

    @Test func columnsCountWhatIsSeenAlsoAfterAByteOrderMark() {
        #expect(
            problems("\u{FEFF}é: *x\n") == [
                "f:1:4: an alias (*name) is refused (expected the value itself); quote a value that begins with *"
            ])
    }

    @Test func repeatedKeysAreKeptForTheReaderToTell() throws {
        #expect(try entries("a: 1\na: 2\n").map(\.key) == ["a", "a"])
    }

    /// Thirty levels of nine references each: 10^28 values, were they followed.
    @Test func aBombOfAliasesIsRefusedAtOnce() {
        var text = "a0: &a0 [x]\n"
        for level in 1...30 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        text += "? *a30\n: y\n"
        let clock = ContinuousClock()
        let took = clock.measure { #expect(problems(text).count == ProblemLog.limit + 1) }
        // Followed, they would take for ever.
        #expect(took < .seconds(1800))
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "])
    func deepNestingIsRefusedBeforeItCosts(opening: String) {
        let text = String(repeating: opening, count: 100_000)
        let found = problems(text)
        #expect(found.count == 1)
    }

    @Test(arguments: [
        "a:\n\tb: 1\n", "a:\n  b: 1\n\tc: 1\n", "a: [x,\n\ty]\n", "\ta: 1\n", "a: 1\n\t\n", "a: 1\n\t# comment\n",
        "a: |\n  x\n\tb: 1\n",
    ])
    func aTabThatIndentsIsAProblem(text: String) {
        #expect(problems(text).filter { $0.contains("a tab indents the line") }.count == 1)
    }

    @Test(arguments: [
        "a: |\n  x\n  \ty\n", "a: 'x\n\ty'\n", "a:\t1\n",
    ])
    func aTabThatIndentsNothingIsNone(text: String) {
        #expect(problems(text) == [])
    }

    @Test(arguments: ["", "\n\n", "# x\n", "---\n", "~\n", "---\n...\n", "\u{FEFF}"])
    func anEmptyFileIsSaidToBeEmpty(text: String) {
        #expect(problems(text) == ["f:1:1: the file is empty (expected keys and their values)"])
    }

    @Test func theFirstByteThatIsNoTextIsFound() {
        #expect(SourceText([0x61, 0x0A, 0xC3, 0xA9, 0xFF]).firstInvalidByte == 4)
        #expect(SourceText([0x61, 0x0A, 0xC3, 0xA9, 0xFF]).position(atByte: 4) == .init(line: 2, column: 2))
        #expect(SourceText(Array("aé😀".utf8)).firstInvalidByte == nil)
    }
}
