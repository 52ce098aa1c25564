import Archive
import Testing

@Suite struct TaskIDTests {
    @Test(arguments: [
        ("weather", "weather"),
        ("B1D51DE6-F644-4A26-B659-D001FE527F4C", "b1d51de6-f644-4a26-b659-d001fe527f4c"),
        ("b1d51de6-f644-4a26-b659-d001fe527f4c", "b1d51de6-f644-4a26-b659-d001fe527f4c"),
        ("B1D51DE6-F644-4A26-B659-D001FE527F4G", "B1D51DE6-F644-4A26-B659-D001FE527F4G"),
        ("../../etc/x", "..%2F..%2Fetc%2Fx"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("...", "..."),
        (".hidden", ".hidden"),
        ("/", "%2F"),
        ("two words", "two%20words"),
        ("100%", "100%25"),
        ("a~b", "a%7Eb"),
        ("a\\b:c*d", "a%5Cb%3Ac%2Ad"),
        ("🐙", "%F0%9F%90%99"),
        ("wetter-köln", "wetter-k%C3%B6ln"),
        ("line\nend\0", "line%0Aend%00"),
        ("vault_task=x", "vault_task%3Dx"),
    ])
    func anIDBecomesAFolderNameAndComesBack(id: String, name: String) throws {
        let task = try TaskID(id)
        #expect(task.folderName == name)
        #expect(TaskID(folderName: name) == task)
        #expect(!task.folderName.contains("/"))
    }

    @Test func aGUIDIsInLowerCase() throws {
        #expect(try TaskID("B1D51DE6-F644-4A26-B659-D001FE527F4C").text == "b1d51de6-f644-4a26-b659-d001fe527f4c")
    }

    @Test func theEmptyIDIsRefused() {
        let error = #expect(throws: ArchiveError.self) { try TaskID("") }
        #expect(error?.code == .badTaskID)
    }

    @Test func aLongNameIsShortenedByItsHash() throws {
        let long = String(repeating: "x", count: 300)
        let name = try TaskID(long).folderName
        // sha256sum of 300 times x begins with these digits.
        #expect(name == String(repeating: "x", count: 160) + "~0d4e2ca9e9cbced7")
        #expect(try TaskID(long + "y").folderName != name)
        #expect(try TaskID(String(repeating: "x", count: 200)).folderName.utf8.count == 200)
        #expect(try TaskID(String(repeating: "x", count: 201)).folderName.utf8.count == 177)
        #expect(try TaskID(String(repeating: "é", count: 100)).folderName.utf8.count == 177)
        #expect(TaskID(folderName: name) == nil)
    }

    @Test(arguments: ["", "%", "%2", "%zz", "a b", "%41", "%2e", ".", "..", "%FF", "a/b", "~"])
    func aNameThatNoIDHasIsRefused(name: String) {
        #expect(TaskID(folderName: name) == nil)
    }

    @Test func spellingsThatUnicodeCallsEqualAreTwoIDs() throws {
        let (one, two) = try (TaskID("\u{E9}"), TaskID("e\u{301}"))
        #expect(one != two)
        #expect(Set([one, two]).count == 2)
        #expect(one.folderName != two.folderName)
    }

    @Test func idsEqualButForCaseAreRefused() throws {
        let task = try TaskID("Weather")
        #expect(task.differsOnlyInCase(from: try TaskID("wEATHER")))
        #expect(!task.differsOnlyInCase(from: task))
        try task.checkCase(against: ["Weather", "weathers", "%57eather"])
        let error = #expect(throws: ArchiveError.self) { try task.checkCase(against: ["a", "WEATHER"]) }
        #expect(error?.code == .taskIDClash)
        #expect(error?.message.contains("WEATHER") == true)
        #expect(throws: ArchiveError.self) { try TaskID("KÖLN").checkCase(against: [TaskID("köln").folderName]) }
        // The Kelvin sign is a capital k.
        #expect(throws: ArchiveError.self) { try TaskID("k").checkCase(against: [TaskID("\u{212A}").folderName]) }
        #expect(throws: ArchiveError.self) { try TaskID("\u{212A}").checkCase(against: ["k"]) }
        let long = String(repeating: "a", count: 300)
        #expect(throws: ArchiveError.self) {
            let name = try TaskID(long).folderName
            try TaskID(long).checkCase(against: [name, name.uppercased()])
        }
        try TaskID("a@b").checkCase(against: ["a`b", "a_b", "A_B", "b", ""])
    }
}
