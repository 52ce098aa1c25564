import Records
import Spelling
import StorageTime
import TestSupport
import Testing

@testable import Jobs

@Suite struct ModelTests {
    @Test(arguments: [
        ("Shop *", "Shop 42", true), ("Shop *", "Shop ", true), ("Shop *", "shop 42", false), ("*", "", true),
        ("?", "", false), ("?", "é", true), ("*outlet*", "the outlet", true), ("a*b*c", "aXbYbZc", true),
        ("a*b*c", "aXbYbZ", false), ("", "", true), ("", "x", false), ("[ab]", "a", false), ("[ab]", "[ab]", true),
        ("**?**", "x", true),
    ])
    func aPatternFitsTheWholeName(pattern: String, name: String, fits: Bool) {
        #expect(NamePattern(pattern).matches(name) == fits)
    }

    @Test func patternsAgreeWithTheirDefinition() {
        func fits(_ pattern: Substring, _ name: Substring) -> Bool {
            guard let first = pattern.first else { return name.isEmpty }
            if first == "*" {
                return fits(pattern.dropFirst(), name) || (!name.isEmpty && fits(pattern, name.dropFirst()))
            }
            return !name.isEmpty && (first == "?" || first == name.first) && fits(pattern.dropFirst(), name.dropFirst())
        }
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<3000 {
            let pattern = String(
                (0..<Int.random(in: 0...6, using: &random)).map { _ in "ab*?".randomElement(using: &random) ?? "a" })
            let name = String(
                (0..<Int.random(in: 0...7, using: &random)).map { _ in "ab".randomElement(using: &random) ?? "a" })
            #expect(
                NamePattern(pattern).matches(name) == fits(pattern[...], name[...]), "seed \(seed): \(pattern) \(name)")
        }
    }

    @Test func aSelectionGivesEachTaskOnce() {
        let listing = [
            ListedTask(id: "A", name: "Shop A", group: "84"), ListedTask(id: "b", name: "Shop B", group: "84"),
            ListedTask(id: "c", name: "News", group: "84"), ListedTask(id: "b", name: "Shop B", group: "85"),
            ListedTask(id: "d", name: "Shop D", group: "85"),
        ]
        func ids(_ selection: TaskSelection) -> [String] { selection.taskIDs(in: listing) }
        #expect(ids(TaskSelection(ids: ["x", "a"], names: [NamePattern("Shop *")])) == ["x", "a", "b", "d"])
        #expect(ids(TaskSelection(groups: .some(["85"]))) == ["b", "d"])
        #expect(ids(TaskSelection(groups: .all)) == ["A", "b", "c", "d"])
        #expect(ids(TaskSelection(ids: ["x"])) == ["x"])
        #expect(!TaskSelection(ids: ["x"]).needsListing && TaskSelection(groups: .all).needsListing)
    }

    @Test(arguments: [
        ("1y", 366 * 86_400), ("2y6w", 732 * 86_400 + 6 * 604_800), ("90d", 90 * 86_400), ("1h30m", 5400),
    ])
    func anAgeMayBeInYears(text: String, seconds: Int) throws {
        #expect(try KeepRules.age(parsing: text) == Seconds(seconds))
    }

    @Test(arguments: ["", "y", "-1y", "1y1y", "1.5y", "1yy", "1001y", "٣y"])
    func whatIsNoAgeIsRefused(text: String) {
        #expect(throws: StorageTimeError.self) { try KeepRules.age(parsing: text) }
    }

    @Test(arguments: [
        ("windwo", "window"), ("Window", "window"), ("time-zone", "time_zone"), ("timezone", "time_zone"),
        ("pagesize", "page_size"), ("shedule", "schedule"), ("task", "tasks"), ("storage", nil), ("x", nil), ("", nil),
        ("wildebeest", nil), ("sched", "schedule"), ("re", nil),
    ])
    func theNearestKeyIsSuggested(key: String, nearest: String?) {
        #expect(NearestName.of(key, among: JobKey.allCases.map(\.rawValue)) == nearest)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.1.2.3", true), ("localhost", true), ("LOCALHOST", true), ("[::1]", true),
        ("::1", true),
        ("127.0.0.1.example.com", false), ("127.0.0", false), ("128.0.0.1", false), ("localhost.example.com", false),
        ("127.0.0.256", false), ("127.0.0.", false), ("0.0.0.0", false),
    ])
    func onlyThisMachineIsLoopback(host: String, isLoopback: Bool) {
        #expect(WebAddress.isLoopback(host) == isLoopback)
    }

    @Test(arguments: [
        (ShellCommand.shell("pass show octoparse"), "pass ***"), (.shell("pass"), "pass"),
        (.program(["/bin/cat", "x"]), "/bin/cat ***"),
        (.shell("TOKEN=abc run"), "***"), (.shell("  \"$X\" y"), "***"),
    ])
    func aMaskedCommandShowsItsProgramAlone(command: ShellCommand, masked: String) {
        #expect(command.masked == masked)
    }
}
