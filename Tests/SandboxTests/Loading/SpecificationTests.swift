import Sandbox
import Testing

@Suite struct SpecificationTests {
    @Test(arguments: [
        ("flights=../data/flights.ndjson.gz:time_hour", "flights", "../data/flights.ndjson.gz", "time_hour"),
        ("a=b=c.csv:at", "a", "b=c.csv", "at"),
        ("a=C:/d:e.JSONL:x=y", "a", "C:/d:e.JSONL", "x=y"),
        ("ü 😀=r.json.gz:k", "ü 😀", "r.json.gz", "k"),
    ])
    func aTaskIsReadUpToTheFirstEqualsAndFromTheLastColon(text: String, id: String, path: String, key: String) throws {
        let task = try TaskSpecification.parse(text)
        #expect(task.id == id)
        #expect(task.name == id)
        #expect(task.rows == .file(path: path, timeKey: key))
    }

    @Test(
        arguments: [
            ("a=hostile", .recipe(.hostile)), ("a=mixed:7", .recipe(.mixed, seed: 7)),
            // A file may have a recipe's name.
            ("a=burst.csv:hostile", .file(path: "burst.csv", timeKey: "hostile")),
        ] as [(String, TaskSpecification.Rows)])
    func aTaskMayBeARecipe(text: String, rows: TaskSpecification.Rows) throws {
        #expect(try TaskSpecification.parse(text) == TaskSpecification(id: "a", rows: rows))
    }

    @Test(arguments: [
        ("a=hostile:x", "'x' is no seed"), ("=hostile", "id is empty"), ("a=hostil", "no ':'"),
        ("flights", "no '='"), ("=f.csv:k", "id is empty"), ("a=:k", "file is empty"),
        ("a=f.csv:", "time key is empty"),
        ("a=f.csv", "no ':'"), ("a=f.txt:k", "ends in none of"), ("a=f.gz:k", "ends in none of"),
    ])
    func aTextThatIsNoTaskIsRefusedWithItsReason(text: String, reason: String) {
        #expect {
            try TaskSpecification.parse(text)
        } throws: { error in
            guard let error = error as? SandboxError else { return false }
            return error.code == .badSpecification && error.message.contains(reason)
                && error.message.contains("'\(text)'")
        }
    }

    @Test func aGroupIsReadUpToTheFirstEqualsAndFromTheLastColon() throws {
        #expect(try .parse("84=A: b=c:x,y") == GroupSpecification(id: "84", name: "A: b=c", tasks: ["x", "y"]))
        #expect(try .parse("84=None:") == GroupSpecification(id: "84", name: "None", tasks: []))
    }

    @Test(arguments: [
        ("84", "no '='"), ("=n:t", "id is empty"), ("84=n", "no ':'"), ("84=n:a,,b", "task ids is empty"),
    ])
    func aTextThatIsNoGroupIsRefusedWithItsReason(text: String, reason: String) {
        #expect {
            try GroupSpecification.parse(text)
        } throws: {
            ($0 as? SandboxError)?.message.contains(reason) == true
        }
    }

    @Test(arguments: [
        (SandboxConfiguration(tasks: [TaskSpecification(id: "a"), TaskSpecification(id: "a")]), "two tasks"),
        (SandboxConfiguration(groups: [GroupSpecification(id: "1", name: "n", tasks: ["nobody"])]), "'nobody'"),
        (
            SandboxConfiguration(groups: [
                GroupSpecification(id: "1", name: "n", tasks: []), GroupSpecification(id: "1", name: "m", tasks: []),
            ]), "two groups"
        ),
        (SandboxConfiguration(port: 70_000), "70000"),
        (SandboxConfiguration(tokenLifetime: -1), "-1"),
        (SandboxConfiguration(liveRowsPerSecond: -1), "-1"),
        (SandboxConfiguration(lateShare: 1.5), "1.5"),
        (SandboxConfiguration(latestBy: -2), "-2"),
        (SandboxConfiguration(retention: -3), "-3"),
    ])
    func settingsThatContradictAreRefused(configuration: SandboxConfiguration, naming: String) {
        #expect {
            try SandboxStore(configuration: configuration)
        } throws: {
            ($0 as? SandboxError)?.message.contains(naming) == true
        }
    }
}
