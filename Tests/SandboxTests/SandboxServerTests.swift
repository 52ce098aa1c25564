import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import Sandbox
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@Suite struct SandboxServerTests {
    /// Reads a `Date` header.
    private static var dates: DateFormatter {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter
    }

    @Test func aPortThatIsTakenIsNamed() async throws {
        try await withSandbox(emptyTask()) { url, _ in
            var configuration = emptyTask()
            configuration.port = try Visitor(url).port
            let port = configuration.port
            await #expect {
                try await withSandbox(configuration) { _, _ in }
            } throws: { error in
                guard let error = error as? SandboxError else { return false }
                return error.code == .notListening && error.message.contains("\(port)")
            }
        }
    }

    @Test func whatTheBodyThrowsIsThrownOnceTheServerHasStopped() async throws {
        struct Expected: Error {}
        let left = Mutex<Task<RawAnswer, Never>?>(nil)
        await #expect(throws: Expected.self) {
            try await withSandbox(emptyTask()) { url, _ in
                let visitor = try Visitor(url)
                let (answered, continuation) = AsyncStream<Void>.makeStream()
                // Reads until the server ends the connection: another server may have the port by then.
                let reading = Task {
                    await visitor.raw("/api/taskgroup", onFirstBytes: { continuation.finish() })
                }
                left.withLock { $0 = reading }
                for await _ in answered {}
                throw Expected()
            }
        }
        let answer = await left.withLock { $0 }?.value
        #expect(answer?.status == 401 && answer?.ending == .closed)
    }

    @Test func anAnswerComesWithTheTimeWhileEveryThreadThatTasksShareIsBusy() async throws {
        final class Course: Sendable {
            let busy = Mutex(0)
            let answer = Mutex<RawAnswer?>(nil)
        }
        /// Longer than a date that is renewed each second may be old.
        let wait = Duration.seconds(Sampling.quick(2, else: 3))
        let asked = Date.now + Double(wait.components.seconds)
        try await withSandbox(emptyTask()) { url, _ in
            let visitor = try Visitor(url)
            let threads = ProcessInfo.processInfo.activeProcessorCount
            let course = Course()
            let (everyThreadIsBusy, continuation) = AsyncStream<Void>.makeStream()
            let asking = Task(executorPreference: OwnThreads.servers) {
                for await _ in everyThreadIsBusy {}
                try? await Task.sleep(for: wait)
                let answer = await visitor.raw("/api/taskgroup", closes: true)
                course.answer.withLock { $0 = answer }
            }
            await withTaskGroup { group in
                for _ in 0..<threads {
                    group.addTask {
                        let count = course.busy.withLock { busy in
                            busy += 1
                            return busy
                        }
                        if count == threads { continuation.finish() }
                        let end = ContinuousClock.now + .seconds(60)
                        while course.answer.withLock({ $0 == nil }), ContinuousClock.now < end { usleep(1000) }
                    }
                }
            }
            let answer = try #require(course.answer.withLock { $0 })
            #expect(answer.status == 401)
            let date = try #require(Self.dates.date(from: answer["Date"] ?? ""))
            // Whole seconds.
            #expect(asked - 1 < date && date <= Date.now)
            await asking.value
        }
    }

    @Test func aGracefulShutdownEndsTheService() async throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let (addresses, continuation) = AsyncStream<String>.makeStream()
        let server = try SandboxServer(configuration: emptyTask(), logger: logger) { continuation.yield($0) }
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
        let running = Task { try await group.run() }
        var iterator = addresses.makeAsyncIterator()
        let visitor = try await Visitor.loggedIn(try #require(await iterator.next()))
        #expect(try await visitor.get("/api/taskgroup").status == 200)
        await group.triggerGracefulShutdown()
        try await running.value
        await #expect(throws: (any Error).self) { try await visitor.get("/api/taskgroup") }
    }

    @Test func aConnectionServesManyRequests() async throws {
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            let headers: HTTPFields = [.authorization: "bearer \(visitor.token ?? "")"]
            try await TestClient.withClient(host: "127.0.0.1", port: visitor.port) { client in
                for _ in 0..<20 {
                    let answer = try await client.get("/api/taskgroup", headers: headers)
                    #expect(answer.status == .ok)
                }
                // A body that was not read must not be taken for the next request.
                let refused = try await client.post(
                    "/api/taskgroup", headers: headers, body: ByteBuffer(string: "GET / "))
                #expect(refused.status == .methodNotAllowed)
                let large = ByteBuffer(repeating: 0x78, count: 100_000)
                #expect(try await client.post("/token", body: large).status == .contentTooLarge)
                #expect(try await client.get("/api/taskgroup", headers: headers).status == .ok)
            }
            #expect(store.statistics[.taskGroups] == 22)
        }
    }

    @Test func theDateIsRealWhateverTheClockAndZoneOfStorageTime() async throws {
        var configuration = emptyTask()
        configuration.timeZone = TimeZone(identifier: "Pacific/Kiritimati") ?? .gmt
        configuration.now = { Date(timeIntervalSince1970: 0) }
        try await withSandbox(configuration) { url, _ in
            let before = Date.now
            let answer = try await Visitor.loggedIn(url).get("/api/taskgroup")
            let date = try #require(Self.dates.date(from: answer.headers[.date] ?? ""))
            // Whole seconds.
            #expect(before - 1 < date && date <= Date.now)
        }
    }

    @Test func manyClientsAtOnceGetWhatTheyAskFor() async throws {
        try await withSandbox(emptyTask()) { url, store in
            for index in 0..<100 { store.insert(task: "t", row: row(index), at: try stored("2013-01-01")) }
            let visitor = try await Visitor.loggedIn(url)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 1...50 {
                    group.addTask {
                        let accept: HTTPFields = index % 2 == 0 ? [.acceptEncoding: "gzip"] : [:]
                        let answer = try await visitor.get(
                            "/api/alldata?taskid=t&pageindex=\(index)&pagesize=2", headers: accept)
                        let body = index % 2 == 0 ? try gunzip(answer.bytes) : answer.bytes
                        let names = Received(status: 200, headers: [:], bytes: body).names
                        #expect(names == ["\(2 * index - 2)", "\(2 * index - 1)"])
                    }
                }
                try await group.waitForAll()
            }
            #expect(store.statistics.rows == 100)
        }
    }
}
