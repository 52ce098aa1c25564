import HTTPTypes
import Sandbox
import StorageTime
import Testing

@Suite struct EndpointTests {
    /// `t` has three rows, stored on two days.
    private func withRows(
        _ configuration: SandboxConfiguration = emptyTask(), _ body: (Visitor, SandboxStore) async throws -> Void
    ) async throws {
        try await withSandbox(configuration) { url, store in
            for (name, time) in [
                ("a", "2013-01-01 10:00:00"), ("b", "2013-01-02 10:00:00"), ("c", "2013-01-02 11:00:00"),
            ] {
                store.insert(task: "t", row: row(name), at: try stored(time))
            }
            try await body(try await Visitor.loggedIn(url), store)
        }
    }

    @Test func aPageIsWrittenAsTheAPIWritesIt() async throws {
        try await withRows { visitor, _ in
            let answer = try await visitor.get("/api/alldata?taskid=t&pageindex=1&pagesize=2")
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "application/json; charset=utf-8")
            #expect(answer.headers[.date]?.hasSuffix("GMT") == true)
            #expect(
                answer.body
                    == #"{"data":{"total":3,"currentTotal":2,"dataList":[{"n":"a"},{"n":"b"}]},"error":"success"}"#)
        }
    }

    @Test(arguments: [
        ("/api/alldata?taskid=t&pageindex=1&pagesize=1000", ["a", "b", "c"]),
        ("/API/AllData/?TASKID=T&PageIndex=2&PageSize=2", ["c"]),
        ("/api/alldata?taskid=t", ["a", "b", "c"]),
        ("/api/alldata?taskid=t&pageindex=4&pagesize=1", []),
        ("/api/alldata?taskid=t&pageindex=9223372036854775807&pagesize=1000", []),
        ("/api/alldata/GetLastDataOfTaskByPaging?taskid=t&pageindex=1&pagesize=1000", ["b", "c"]),
        ("/api/alldata/getlastdataoftaskbypaging?taskid=t&pageindex=2&pagesize=1", ["c"]),
        ("/api/alldata/GetDataOfTaskByTimeAndPaging?taskid=t&from=2013-01-02 00:00:00&to=2013-01-02 10:30:00", ["b"]),
        (
            "/api/alldata/getdataoftaskbytimeandpaging?taskid=t&from={2013-01-01 00:00:00}&to={2013-01-02 00:00:00}&&pageindex=1",
            ["a"]
        ),
        ("/api/alldata/GetDataOfTaskByTimeAndPaging?taskid=t&from=2013-01-02+00%3A00%3A00&to=2014-01-01", ["b", "c"]),
        ("/api/alldata/GetDataOfTaskByTimeAndPaging?taskid=t&from=2014-01-01&to=2013-01-01", []),
    ])
    func aSourceAnswersItsRows(target: String, names: [String]) async throws {
        try await withRows { visitor, _ in
            let answer = try await visitor.get(target)
            #expect(answer.names == names)
            #expect(answer.currentTotal == names.count)
        }
    }

    @Test func totalCountsTheQueryAndNotThePage() async throws {
        try await withRows { visitor, _ in
            let last = try await visitor.get("/api/alldata?taskid=t&pageindex=3&pagesize=1")
            #expect(last.total == 3)
            #expect(try await visitor.get("/api/alldata?taskid=t&pageindex=9&pagesize=1").total == 3)
            #expect(try await visitor.window("t", "2013-01-02", "2013-01-03", size: 1).total == 2)
            #expect(try await visitor.get("/api/alldata/getlastdataoftaskbypaging?taskid=t&pagesize=1").total == 2)
        }
    }

    @Test func answeringMarksUnexportedRowsExported() async throws {
        try await withRows { visitor, store in
            let first = try await visitor.get("/api/notexportdata?taskid=t&size=2")
            #expect(first.names == ["a", "b"])
            #expect(first.total == 3)
            let late = try stored("2013-01-01 00:00:00")
            store.insert(task: "t", row: row("late"), at: late)
            let second = try await visitor.get("/api/notexportdata?taskid=t&size=1")
            #expect(second.names == ["late"])
            #expect(second.total == 2)
            #expect(try await visitor.get("/api/notexportdata?taskid=t&size=5").names == ["c"])
            let last = try await visitor.get("/api/notexportdata?taskid=t&size=5")
            #expect(last.total == 0)
            #expect(last.names == [])
            #expect(try await visitor.get("/api/alldata?taskid=t").total == 4)
        }
    }

    @Test(arguments: [
        ("/api/alldata?taskid=nobody&pageindex=1&pagesize=1", "taskid_error", 400),
        ("/api/alldata?pageindex=1&pagesize=0", "taskid_error", 400),
        ("/api/notexportdata?taskid=nobody&size=1", "taskid_error", 400),
        ("/api/alldata?taskid=t&pageindex=1&pagesize=0", "export_pagesize_error", 400),
        ("/api/alldata?taskid=t&pageindex=1&pagesize=1001", "export_pagesize_error", 400),
        ("/api/alldata?taskid=t&pageindex=1&pagesize=-1", "export_pagesize_error", 400),
        ("/api/notexportdata?taskid=t&size=1001", "export_pagesize_error", 400),
        ("/api/alldata/getlastdataoftaskbypaging?taskid=t&pagesize=1001", "export_pagesize_error", 400),
        (
            "/api/alldata/getdataoftaskbytimeandpaging?taskid=t&from=2013-01-01&to=2013-01-02&pagesize=1001",
            "export_pagesize_error", 400
        ),
    ])
    func aDocumentedErrorIsAnsweredByItsBody(target: String, error: String, status: Int) async throws {
        try await withRows { visitor, _ in
            let answer = try await visitor.get(target)
            #expect(answer.status == status)
            #expect(answer.text("error") == error)
            #expect(answer.text("error_Description") != nil)
        }
    }

    @Test(arguments: [
        "pageindex=0&from=2013-01-01&to=2013-01-02", "pageindex=one&from=2013-01-01&to=2013-01-02",
        "pagesize=x&from=2013-01-01&to=2013-01-02", "from=yesterday&to=2013-01-02", "from=2013-01-01",
    ])
    func aQueryThatCannotBeReadIsInvalid(query: String) async throws {
        try await withRows { visitor, _ in
            let answer = try await visitor.get("/api/alldata/getdataoftaskbytimeandpaging?taskid=t&\(query)")
            #expect(answer.status == 400)
            #expect(answer.text("message") == "The request is invalid.")
        }
    }

    @Test(arguments: ["/api/alldata?taskid=t", "/api/taskgroup", "/api/task", "/api/notexportdata?taskid=t&size=1"])
    func anotherMethodIsNotSupported(target: String) async throws {
        try await withRows { visitor, _ in
            let answer = try await visitor.send(target, method: .post, body: "")
            #expect(answer.status == 405)
            #expect(answer.body == #"{"message":"Requested Resource Does Not Support HTTP Method 'POST'"}"#)
            #expect(try await visitor.send(target, method: .put, body: "").text("message")?.contains("'PUT'") == true)
            #expect(try await visitor.get("/token").status == 405)
        }
    }

    @Test func errorsCanComeWithStatus200() async throws {
        var configuration = emptyTask()
        configuration.sendsErrorsWithStatus200 = true
        try await withRows(configuration) { visitor, _ in
            let unknown = try await visitor.get("/api/alldata?taskid=x")
            #expect(unknown.status == 200)
            #expect(unknown.text("error") == "taskid_error")
            let refused = try await visitor.get("/api/taskgroup", headers: [.authorization: "bearer x"])
            #expect(refused.status == 200)
            #expect(refused.text("error") == "unauthorized")
        }
    }

    @Test func anUnknownPathIsNotFound() async throws {
        try await withRows { visitor, _ in
            let elsewhere = try await visitor.get("/api/elsewhere")
            #expect(elsewhere.status == 404)
            #expect(try await visitor.get("/").status == 404)
        }
    }

    @Test func aRemovedTaskIsUnknown() async throws {
        try await withRows { visitor, store in
            store.removeTask("t")
            #expect(try await visitor.get("/api/alldata?taskid=t").text("error") == "taskid_error")
            #expect(store.taskIDs == [])
            store.insert(task: "t", row: row("again"), at: try stored("2013-01-01"))
            #expect(try await visitor.get("/api/alldata?taskid=t").names == ["again"])
        }
    }

    @Test func anAnswerIsCompressedForThoseWhoTakeIt() async throws {
        try await withRows { visitor, _ in
            let target = "/api/alldata?taskid=t"
            let plain = try await visitor.get(target)
            #expect(plain.headers[.contentEncoding] == nil)
            for accept in ["gzip", "deflate, GZIP;q=0.5", "*"] {
                let answer = try await visitor.get(target, headers: [.acceptEncoding: accept])
                #expect(answer.headers[.contentEncoding] == "gzip")
                #expect(try gunzip(answer.bytes) == plain.bytes)
            }
            for accept in ["identity", "gzip;q=0", "br"] {
                let answer = try await visitor.get(target, headers: [.acceptEncoding: accept])
                #expect(answer.bytes == plain.bytes)
            }
        }
    }

    @Test func groupsListTheirTasks() async throws {
        let configuration = SandboxConfiguration(
            tasks: [
                TaskSpecification(id: "a", name: "An \"A\""), TaskSpecification(id: "b"), TaskSpecification(id: "c"),
            ],
            groups: [GroupSpecification(id: "527", name: "Two", tasks: ["c", "a"]), try .parse("x7=Empty:")])
        try await withSandbox(configuration) { url, _ in
            let visitor = try await Visitor.loggedIn(url)
            let groups = try await visitor.get("/api/TaskGroup")
            #expect(
                groups.body
                    == #"{"data":[{"taskGroupId":527,"taskGroupName":"Two"},{"taskGroupId":"x7","taskGroupName":"Empty"},{"taskGroupId":84,"taskGroupName":"Samples"}],"error":"success"}"#
            )
            let tasks = try await visitor.get("/api/task?TaskGroupId=527")
            #expect(tasks.list == [["taskId": "c", "taskName": "c"], ["taskId": "a", "taskName": "An \"A\""]])
            #expect(try await visitor.get("/api/task?taskgroupid=84").list.map { $0["taskId"] } == ["b"])
            #expect(try await visitor.get("/api/task?taskgroupid=x7").list == [])
            #expect(try await visitor.get("/api/task?taskgroupid=9").list == [])
        }
    }

    @Test func theSampleIsServedWhereNoTaskIsNamed() async throws {
        try await withSandbox { url, store in
            let visitor = try await Visitor.loggedIn(url)
            let groups = try await visitor.get("/api/taskgroup")
            #expect(groups.body == #"{"data":[{"taskGroupId":84,"taskGroupName":"Samples"}],"error":"success"}"#)
            let task = try #require(try await visitor.get("/api/task?taskgroupid=84").list.first)
            #expect(task == ["taskId": "b1d51de6-f644-4a26-b659-d001fe527f4c", "taskName": "Seattle weather"])
            let id = try #require(task["taskId"])
            let answer = try await visitor.get("/api/alldata?taskid=\(id.uppercased())&pageindex=2&pagesize=1000")
            #expect(answer.total == 1461)
            #expect(answer.currentTotal == 461)
            let day = try await visitor.window(id, "2012-01-02 00:00:00", "2012-01-02 00:00:00")
            #expect(
                day.body
                    == #"{"data":{"total":1,"currentTotal":1,"dataList":[{"date":"2012/01/02","precipitation":"10.9","temp_max":"10.6","temp_min":"2.8","wind":"4.5","weather":"rain"}]},"error":"success"}"#
            )
            #expect(store.rowCount(of: id) == 1461)
        }
    }
}
