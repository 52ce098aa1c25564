import Foundation
import Records
import StorageTime
import RowJSON
import Synchronization
import Testing

@testable import OctoparseAPI

@Suite(.timeLimit(.minutes(60)))
struct OctoparseClientTests {
    private static let hostileTask = "../a b&c=d?é"

    @Test func eachSourceHasItsPathAndItsQueryEncoded() async throws {
        let task = Self.hostileTask
        let encoded = "..%2Fa%20b%26c%3Dd%3F%C3%A9"
        let from = try #require(StorageInstant(year: 2013, month: 1, day: 1))
        let to = try #require(StorageInstant(year: 2013, month: 1, day: 2, hour: 3, minute: 4, second: 5))
        try await withServer { scene in
            _ = try await scene.client.page(.all(task: task), index: 1, size: 1000)
            _ = try await scene.client.page(.storageTime(task: task, from: from, to: to), index: 2, size: 10)
            _ = try await scene.client.page(.lastExtraction(task: task), index: 3, size: 2)
            _ = try await scene.client.unexported(task: task, size: 5)
            #expect(
                scene.dataRequests.map(\.target) == [
                    "/api/alldata?taskid=\(encoded)&pageindex=1&pagesize=1000",
                    "/api/alldata/GetDataOfTaskByTimeAndPaging?taskid=\(encoded)&from=2013-01-01%2000%3A00%3A00"
                        + "&to=2013-01-02%2003%3A04%3A05&pageindex=2&pagesize=10",
                    "/api/alldata/GetLastDataOfTaskByPaging?taskid=\(encoded)&pageindex=3&pagesize=2",
                    "/api/notexportdata?taskid=\(encoded)&size=5",
                ])
            #expect(scene.dataRequests.allSatisfy { $0.method == "GET" })
        }
    }

    @Test func eachRequestCarriesItsHeaders() async throws {
        try await withServer { scene in
            _ = try await scene.page()
            let login = try #require(scene.server.requests.first)
            #expect(login.method == "POST" && login.target == "/token")
            #expect(login.headers["content-type"] == "application/x-www-form-urlencoded")
            #expect(login.headers["authorization"] == nil)
            #expect(
                login.body == "username=user%40example.com&password=s3cret%26pass%20word&grant_type=password")
            let request = try #require(scene.dataRequests.first)
            #expect(request.headers["authorization"] == "bearer access-1")
            #expect(request.headers["accept"] == "application/json")
            #expect(request.headers["accept-encoding"] == "identity")
            #expect(request.headers["host"] == "127.0.0.1:\(scene.server.port)")
        }
    }

    @Test func thePathPrefixOfTheBaseURLIsKept() async throws {
        try await withServer(configure: { $0.baseURL += "/octo/parse/" }) { scene in
            _ = try? await scene.page()
            #expect(scene.server.requests.first?.target == "/octo/parse/token")
        }
    }

    @Test func groupsAndTasksAreListed() async throws {
        let groups = "{\"data\":[{\"taskGroupId\":84,\"taskGroupName\":\"G\"}],\"error\":\"success\"}"
        let tasks = "{\"data\":[{\"taskId\":\"t1\",\"taskName\":\"T\"}],\"error\":\"success\"}"
        try await withServer(data: [.reply(200, groups), .reply(200, tasks)]) { scene in
            let groups = try await scene.client.taskGroups()
            #expect(groups == [TaskGroup(id: "84", name: "G")])
            let tasks = try await scene.client.tasks(inGroup: "84")
            #expect(tasks == [RemoteTask(id: "t1", name: "T")])
            #expect(scene.dataRequests.map(\.target) == ["/api/taskgroup", "/api/task?taskgroupid=84"])
        }
    }

    @Test func aPageHasTheRowsBytesTheTotalAndTheServersDate() async throws {
        let rows = ["{ \"a\" : \"1\" }", "{\"b\":2.50}"]
        let reply: [ScriptedServer.Step] = .page(total: 9, rows: rows, headers: ["Date: Sun, 06 Nov 1994 08:49:37 GMT"])
        try await withServer(data: [reply]) { scene in
            let page = try await scene.page()
            #expect(page.total == 9)
            #expect(String(decoding: page.rows.bytes, as: UTF8.self) == "{\"a\":\"1\"}\n{\"b\":2.50}\n")
            #expect(page.serverDate == Date(timeIntervalSince1970: 784_111_777))
            #expect(page.attempts == 1)
        }
    }

    @Test(arguments: [0, -1, 1001, Int.max])
    func aPageSizeOutOfRangeNeedsNoRequest(size: Int) async throws {
        try await withServer { scene in
            let page = try await apiError { try await scene.client.page(.all(task: "t"), index: 1, size: size) }
            let unexported = try await apiError { try await scene.client.unexported(task: "t", size: size) }
            #expect(page.code == .pageSize && unexported.code == .pageSize)
            #expect(page.message.contains("\(size)"))
            #expect(scene.server.requests.isEmpty)
        }
    }

    @Test func pagesAreCountedFromOne() async throws {
        try await withServer { scene in
            let error = try await apiError { try await scene.client.page(.all(task: "t"), index: 0, size: 1) }
            #expect(error.code == .badConfiguration)
            #expect(scene.server.requests.isEmpty)
        }
    }

    @Test func requestsRetriesAndBytesAreCounted() async throws {
        try await withServer(data: [.html(502), .page()]) { scene in
            _ = try await scene.page()
            let token =
                "{\"access_token\":\"access-1\",\"token_type\":\"bearer\",\"expires_in\":86399,\"refresh_token\":\"refresh-1\"}"
            let html = "<html><body>502 from a proxy</body></html>"
            let page = [ScriptedServer.Step].pageBody()
            let counts = scene.client.requests
            #expect(counts.requests == 3)
            #expect(counts.retries == 1)
            #expect(counts.bytesReceived == token.utf8.count + html.utf8.count + page.utf8.count)
        }
    }

    @Test func noMoreRequestsThanAllowedAreInFlight() async throws {
        let api = ScriptedAPI()
        let gates = (0..<20).map { _ in ManualGate() }
        let arrived = Mutex(0)
        let script: ScriptedServer.Script = { request in
            guard request.path != "/token" else { return api.answer(request) }
            let number = arrived.withLock { count in
                defer { count += 1 }
                return count
            }
            if number < gates.count { await gates[number].wait() }
            return api.answer(request)
        }
        // None is tried again meanwhile, however long this machine takes.
        try await withServer(
            script,
            configure: { configuration in
                configuration.maximumInFlight = 3
                configuration.idleTimeout = .seconds(3600)
                configuration.requestTimeout = .seconds(3600)
            }
        ) { scene in
            try await withThrowingTaskGroup { group in
                for _ in gates { group.addTask { _ = try await scene.page() } }
                for (number, gate) in gates.enumerated() {
                    // None is answered before its gate opens, so that one too many would have come by now or comes
                    // soon.
                    await eventually { arrived.withLock { $0 } >= min(number + 3, gates.count) }
                    for _ in 0..<20 { await Task.yield() }
                    #expect(arrived.withLock { $0 } == min(number + 3, gates.count))
                    gate.open()
                }
                try await group.waitForAll()
            }
            #expect(scene.dataRequests.count == 20)
        }
    }

    @Test func requestsGoAtTheAccountsRate() async throws {
        try await withServer(configure: {
            $0.requestsPerSecond = 4
            $0.burst = 2
        }) { scene in
            for _ in 0..<4 { _ = try await scene.page() }
            // The log-in and the first page are the burst.
            #expect(scene.clock.sleeps == [.milliseconds(250), .milliseconds(250), .milliseconds(250)])
        }
    }

    @Test func shutdownTwiceIsNoError() async throws {
        try await withServer { scene in
            try await scene.client.shutdown()
            try await scene.client.shutdown()
            let error = try await apiError { try await scene.page() }
            #expect(error.code == .network && !error.isTransient)
        }
    }

    @Test func withShutsDownWhateverComesOfTheBody() async throws {
        struct Failure: Error {}
        let server = try await ScriptedServer.start { _ in .token("a") }
        let configuration = testConfiguration(port: server.port)
        await #expect(throws: Failure.self) {
            try await OctoparseClient.with(configuration: configuration, logger: LogRecorder().logger) { _ in
                throw Failure()
            }
        }
        await server.stop()
    }
}
