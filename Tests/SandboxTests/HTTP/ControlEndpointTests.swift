import HTTPTypes
import Sandbox
import Testing

@Suite struct ControlEndpointTests {
    @Test func rowsAreStoredListedAndExpired() async throws {
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try Visitor(url)
            let lines = "\(row("a"))\n\(row("b"))\n"
            let posted = try await visitor.send(
                "/__sandbox/rows?task=t&at=2013-01-02 10:00:00.5", method: .post, body: lines)
            #expect(posted.body == #"{"stored":2}"#)
            let keyed = try await visitor.send(
                "/__sandbox/rows?task=t&key=at", method: .post, body: #"{"at":"2013-01-01","n":"c"}"#)
            #expect(keyed.body == #"{"stored":1}"#)
            #expect(
                store.rows(of: "t").map(\.time.description) == [
                    "2013-01-01 00:00:00", "2013-01-02 10:00:00.500", "2013-01-02 10:00:00.500",
                ])
            let listed = try await visitor.get("/__sandbox/rows?task=t")
            #expect(listed.body == [row("c"), row("a"), row("b")].map { $0 + "\n" }.joined())
            let expired = try await visitor.send(
                "/__sandbox/rows?task=t&from=2013-01-01&to=2013-01-02", method: .delete, body: "")
            #expect(expired.body == #"{"removed":1}"#)
            #expect(
                try await visitor.send("/__sandbox/rows?task=t", method: .delete, body: "").body == #"{"removed":2}"#)
            #expect(store.rowCount(of: "t") == 0)
        }
    }

    @Test(arguments: [
        ("/__sandbox/rows?at=2013-01-01", "no 'task'"), ("/__sandbox/rows?task=t", "neither 'at' nor 'key'"),
        ("/__sandbox/rows?task=t&at=soon", "'soon' in 'at'"),
        ("/__sandbox/rows?task=t&key=at", "body:1: the row has no field"),
        ("/__sandbox/faults", "fault"),
    ])
    func whatCannotBeReadIsRefusedWithItsReason(target: String, reason: String) async throws {
        try await withSandbox(emptyTask()) { url, store in
            let answer = try await Visitor(url).send(target, method: .post, body: #"{"faults":7}"#)
            #expect(answer.status == 400)
            #expect(answer.text("message")?.contains(reason) == true)
            #expect(store.rowCount(of: "t") == 0)
        }
    }

    @Test func faultsAreSetAndCountersRead() async throws {
        try await withSandbox(emptyTask()) { url, store in
            var visitor = try Visitor(url)
            let grant = try await visitor.grant("username=sandbox&password=sandbox&grant_type=password")
            visitor.token = grant.text("access_token")
            let faults = #"{"faults":[{"fault":"server-error","count":1}]}"#
            #expect(try await visitor.send("/__sandbox/faults", method: .post, body: faults).body == #"{"rules":1}"#)
            let failed = try await visitor.get("/api/alldata?taskid=t")
            #expect(failed.status == 500)
            store.insert(task: "t", row: row("a"), at: try stored("2013-01-01"))
            let page = try await visitor.get("/api/alldata?taskid=t")
            #expect(page.names == ["a"])
            let bytes = store.statistics.bytes
            let stats = try await visitor.get("/__sandbox/stats")
            #expect(
                stats.body
                    == #"{"requests":{"all":2,"token":1},"faults":{"server-error":1},"grants":1,"rows":1,"bytes":\#(bytes),"cached_pages":0,"tasks":[{"task":"t","rows":1,"unexported":1}]}"#
            )
            #expect(bytes == grant.bytes.count + failed.bytes.count + page.bytes.count)
            #expect(try await visitor.get("/__sandbox/elsewhere").status == 404)
            #expect(store.statistics.requestCount == 3)
            #expect(store.statistics.bytes == bytes)
        }
    }

    @Test func faultsAreShownWithHowOftenEachWasPlayedAndCleared() async throws {
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            let faults =
                #"{"seed":9,"faults":["server-error:every=2:endpoints=task-groups","#
                + #"{"fault":"redirect","location":"http://a.test/\"","requests":"20-21","rate":0.5}]}"#
            #expect(try await visitor.send("/__sandbox/faults", method: .post, body: faults).body == #"{"rules":2}"#)
            for _ in 0..<5 { _ = try await visitor.get("/api/taskgroup") }
            let shown = try await visitor.get("/__sandbox/faults").body
            #expect(
                shown == #"{"seed":9,"faults":[{"fault":"server-error","endpoints":["task-groups"],"every":2,"rate":1,"#
                    + #""seen":5,"played":2},{"fault":"redirect","location":"http://a.test/\"","endpoints":["all","#
                    + #""analytics","changes-task","fetch-unexported","last-extraction","lot","mark-exported","offset","#
                    + #""statuses","storage-time","task-groups","tasks","unexported"],"requests":"20-21","#
                    + #""rate":0.5,"seen":5,"played":0}]}"#)
            // What is shown can be sent back, and starts anew.
            let rules = store.faults.rules
            #expect(try await visitor.send("/__sandbox/faults", method: .post, body: shown).status == 200)
            #expect(store.faults.rules == rules)
            #expect(store.faults.seed == 9)
            #expect(store.faults.progress.map(\.seen) == [0, 0])
            #expect(
                try await visitor.send("/__sandbox/faults", method: .delete, body: "").body == #"{"rules":0}"#)
            #expect(try await visitor.get("/__sandbox/faults").body == #"{"seed":1,"faults":[]}"#)
            #expect(try await visitor.get("/api/taskgroup").status == 200)
        }
    }

    @Test func aBadFaultLeavesThePlanAndNamesTheNearest() async throws {
        try await withSandbox(emptyTask()) { url, store in
            store.faults = FaultPlan([.init(Fault(.serverError))])
            let answer = try await Visitor(url).send(
                "/__sandbox/faults", method: .post, body: #"{"faults":["server-eror"]}"#)
            #expect(answer.status == 400)
            #expect(answer.text("message") == "there is no fault 'server-eror'")
            #expect(answer.text("hint")?.hasPrefix("did you mean 'server-error'? kinds are ") == true)
            #expect(store.faults.rules.count == 1)
        }
    }

    @Test func rowsComeAndGoOnceRequestsHaveCome() async throws {
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            store.insert(task: "t", row: row("old"), at: try stored("2013-01-01"))
            let posted = try await visitor.send(
                "/__sandbox/rows?task=t&at=2013-01-02&after=2", method: .post, body: row("late"))
            #expect(posted.body == #"{"to_store":1}"#)
            let deleted = try await visitor.send(
                "/__sandbox/rows?task=t&to=2013-01-02&after=3", method: .delete, body: "")
            #expect(deleted.body == #"{"to_remove":1}"#)
            var seen: [[String]] = []
            for _ in 0..<5 { seen.append(try await visitor.get("/api/alldata?taskid=t").names) }
            #expect(seen == [["old"], ["old"], ["old", "late"], ["late"], ["late"]])
            #expect(try await visitor.get("/__sandbox/rows?task=t").body == row("late") + "\n")
            // A change that never comes, and the requests counted on their way to it.
            let never = try await visitor.send(
                "/__sandbox/rows?task=t&after=9223372036854775807", method: .delete, body: "")
            #expect(never.status == 200)
            let refused = try await visitor.send("/__sandbox/rows?task=t&after=-1", method: .delete, body: "")
            #expect(refused.status == 400)
        }
    }
}
