import Foundation
import Sandbox
import Testing

@Suite struct RowFileTests {
    private func rows(_ name: String, _ content: [UInt8]) async throws -> [StoredRow] {
        try await withFile(name, content) { path in
            let store = try SandboxStore(configuration: SandboxConfiguration(tasks: [try .parse("t=\(path):at")]))
            return store.rows(of: "t")
        }
    }

    @Test(arguments: [
        (#"{"a":"1","at":"2013-01-01"}"#, #"{"a":"1"}"#),
        (#"{"at":"2013-01-01","a":"1"}"#, #"{"a":"1"}"#),
        (#"{"a":"1","at":"2013-01-01","b":"2"}"#, #"{"a":"1","b":"2"}"#),
        (#"{"at":"2013-01-01"}"#, "{}"),
        (#"{"at":"x","a":"1","at":"2013-01-01"}"#, #"{"a":"1"}"#),
        (#"{"at":"x","at":"2013-01-01","a":"1"}"#, #"{"a":"1"}"#),
        (#"{ "a" : "1" , "at" : "2013-01-01" , "b" : [1, {"at":"no"}] }"#, #"{ "a" : "1"  , "b" : [1, {"at":"no"}] }"#),
        (#"{"a":"at","b":"\"at\":\\","at":"2013-01-01","c":null}"#, #"{"a":"at","b":"\"at\":\\","c":null}"#),
        (#"{"a":"é\u00e9😀","at":"2013-01-01","n":-1.50e+3,"t":true}"#, #"{"a":"é\u00e9😀","n":-1.50e+3,"t":true}"#),
    ])
    func anNDJSONRowKeepsItsBytesButForTheTime(line: String, kept: String) async throws {
        let rows = try await rows("r.ndjson", Array("\(line)\n".utf8))
        #expect(rows.map(\.text) == [kept])
        #expect(rows.map(\.time.description) == ["2013-01-01 00:00:00"])
    }

    /// The program takes rows however deeply they are nested, and so does the sandbox.
    @Test(arguments: [511, 512, 513, 5000, 200_000])
    func aRowIsTakenHoweverDeeplyItIsNested(depth: Int) async throws {
        let arrays = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let objects = String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
        for value in [arrays, objects] {
            let rows = try await rows("r.ndjson", Array("{\"v\":\(value),\"at\":\"2013-01-01\"}\n".utf8))
            #expect(rows.map(\.text) == ["{\"v\":\(value)}"])
        }
    }

    @Test(arguments: [
        "[1}", "{1]", "[1 2]", "[,]", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[", "{", "[[]", "[]]", "{,}",
    ])
    func whatIsNoValueIsRefused(value: String) async throws {
        await #expect(throws: (any Error).self) {
            try await rows("r.ndjson", Array("{\"v\":\(value),\"at\":\"2013-01-01\"}\n".utf8))
        }
    }

    @Test func anyObjectLosesTheTimeAndNothingElse() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = Numbers(state: seed)
        let values = [
            #""""#, #""x""#, #""at""#, #""\"at\":\\""#, "-1.5e3", "null", "true", #"[1,{"at":[]}]"#, #"{"at":"x"}"#,
        ]
        let spaces = ["", "", "", " ", "\t", " \r "]
        func space() -> String { spaces.randomElement(using: &generator) ?? "" }
        var lines: [String] = []
        for _ in 0..<500 {
            var fields = (0..<Int.random(in: 0...4, using: &generator)).map { key in
                "\"k\(key)\"\(space()):\(space())\(values.randomElement(using: &generator) ?? "1")"
            }
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0...fields.count, using: &generator)
                fields.insert("\"at\"\(space()):\(space())\"2013-01-01\"", at: place)
            }
            let spaced = fields.map { space() + $0 + space() }
            lines.append("{\(fields.isEmpty ? space() : spaced.joined(separator: ","))}")
        }
        let rows = try await rows("r.ndjson", Array(lines.joined(separator: "\n").utf8))
        #expect(rows.count == lines.count)
        for (row, line) in zip(rows, lines) {
            let served = try JSONSerialization.jsonObject(with: Data(row.bytes)) as? [String: Any] ?? [:]
            var expected = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            expected["at"] = nil
            #expect(NSDictionary(dictionary: served) == NSDictionary(dictionary: expected), "seed \(seed): \(line)")
        }
    }

    @Test func rowsOfAnyOrderAndSizeAreSortedByTime() async throws {
        // Longer than the pieces that a file is read in, so that lines are cut.
        let count = 3000
        let padding = String(repeating: "x", count: 1000)
        var lines = ""
        for index in (0..<count).reversed() {
            lines +=
                #"{"n":"\#(index)","p":"\#(padding)","at":"2013-01-01 00:\#(10 + index / 60 % 50):\#(10 + index % 50)"}"#
            lines += "\n"
        }
        for name in ["r.ndjson", "r.jsonl.gz"] {
            let content = name.hasSuffix("gz") ? try gzip(Array(lines.utf8)) : Array(lines.utf8)
            let rows = try await rows(name, content)
            #expect(rows.count == count)
            #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.time <= $1.time })
            #expect(Set(rows.map(\.bytes)).count == count)
        }
    }

    @Test func blankLinesAByteOrderMarkAndCRLFAreNoRows() async throws {
        let text = "\u{FEFF}{\"n\":\"1\",\"at\":\"2013-01-01\"}\r\n\r\n  \n{\"n\":\"2\",\"at\":\"2013-01-02\"}"
        #expect(try await rows("r.ndjson", Array(text.utf8)).map(\.text) == [row(1), row(2)])
    }

    @Test func aCSVRecordBecomesTextFields() async throws {
        let text =
            "\u{FEFF}n,at,\"a \"\"b\"\"\"\r\n1,2013-01-01,\"x, \"\"y\"\"\r\nz\"\n\n,2012/01/01,\"\"\n\\\t,2014-01-01 00:00:00.5,é"
        let rows = try await rows("r.csv", Array(text.utf8))
        #expect(
            rows.map(\.text) == [
                #"{"n":"","a \"b\"":""}"#, #"{"n":"1","a \"b\"":"x, \"y\"\r\nz"}"#, #"{"n":"\\\t","a \"b\"":"é"}"#,
            ])
        #expect(rows.last?.time.description == "2014-01-01 00:00:00.500")
    }

    @Test(arguments: [
        ("r.ndjson", "{\"at\":\"2013-01-01\"}\n{\"a\":1}\n", ":2: the row has no field 'at'"),
        ("r.ndjson", "\n{\"at\":\"soon\"}\n", ":2: 'soon' in 'at' is not a time"),
        ("r.ndjson", "{\"at\":5}", ":1: the value of 'at' is no text: 5"),
        ("r.ndjson", "[1]", ":1: a row starts with '{' at byte 1"),
        ("r.ndjson", "{\"at\":\"2013-01-01\"} x", ":1: more follows the row's '}' at byte 21"),
        ("r.ndjson", "{\"at\":\"2013-01-01\",}", ":1: a '\"' belongs here at byte 20"),
        ("r.ndjson", "{\"at\":nope}", ":1: 'nope' is no JSON value at byte 7"),
        ("r.ndjson", "{\"at\":\"2013", ":1: a text does not end at byte 7"),
        ("r.csv", "a,b\n1,2\n", ":1: the header has no column 'at'"),
        ("r.csv", "at,at\n1,2\n", ":1: two columns have one name"),
        ("r.csv", "at,b\n2013-01-01,\"1\n2\"\n2013-01-01,2,3\n", ":4: the row has 3 fields, the header 2"),
        ("r.csv", "at,b\n2013-01-01,\"2\n\n", ":2: a quoted field does not end"),
        ("r.csv", "at,b\n2013-01-01,\"2\"x\n", ":2: a quoted field goes on after its quote"),
        ("r.csv", "at,b\n,1\n", ":2: '' in 'at' is not a time"),
    ])
    func aBadRowIsNamedByFileLineAndReason(name: String, content: String, message: String) async throws {
        try await withFile(name, Array(content.utf8)) { path in
            #expect {
                try SandboxStore(configuration: SandboxConfiguration(tasks: [try .parse("t=\(path):at")]))
            } throws: { error in
                guard let error = error as? SandboxError else { return false }
                #expect(error.message == path + message)
                return error.code == .badRow
            }
        }
    }

    @Test func aFileThatCannotBeReadIsNamed() async throws {
        let missing = "/nowhere/rows.ndjson"
        #expect {
            try SandboxStore(configuration: SandboxConfiguration(tasks: [try .parse("t=\(missing):at")]))
        } throws: {
            ($0 as? SandboxError)?.message == "/nowhere/rows.ndjson cannot be opened: No such file or directory"
        }
        let member = try gzip(Array("{\"at\":\"2013-01-01\"}\n".utf8))
        for content in [Array("plain".utf8), Array(member.dropLast(4))] {
            await #expect {
                try await rows("r.ndjson.gz", content)
            } throws: {
                ($0 as? SandboxError)?.code == .unreadableFile
            }
        }
    }

    @Test func severalTasksAreServedSideBySide() async throws {
        try await withFile("r.csv", Array("n,at\n1,2013-01-01\n".utf8)) { path in
            let tasks = try ["a=\(path):at", "b=\(path):n", "é/😀=\(path):at"].map(TaskSpecification.parse)
            #expect {
                try SandboxStore(configuration: SandboxConfiguration(tasks: tasks))
            } throws: {
                ($0 as? SandboxError)?.message.contains(":2: '1' in 'n' is not a time") == true
            }
            try await withSandbox(SandboxConfiguration(tasks: [tasks[0], tasks[2]])) { url, store in
                #expect(store.taskIDs == ["a", "é/😀"])
                let visitor = try await Visitor.loggedIn(url)
                #expect(try await visitor.get("/api/alldata?taskid=%C3%A9%2f%F0%9F%98%80").names == ["1"])
            }
        }
    }
}
