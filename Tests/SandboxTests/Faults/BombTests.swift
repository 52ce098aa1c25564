import Foundation
import Logging
import Sandbox
import ServiceLifecycle
import Testing

@Suite struct BombTests {
    private static let target = "/api/alldata?taskid=t&pageindex=1&pagesize=1000"

    /// Runs with a task of one row and a fault that is always played.
    private static func with(
        _ fault: Fault, _ body: (_ visitor: Visitor, _ plain: RawAnswer) async throws -> Void
    ) async throws {
        try await withSandbox(emptyTask()) { url, store in
            store.insert(task: "t", row: row("a"), at: try stored("2013-01-01"))
            let visitor = try await Visitor.loggedIn(url)
            let plain = await visitor.raw(target, closes: true)
            store.faults = FaultPlan([.init(fault)])
            try await body(visitor, plain)
            store.faults = FaultPlan()
            #expect(try await visitor.get(target).names == ["a"])
        }
    }

    @Test(arguments: [1, 1000, 262_144, 3_000_000]) func spacesComeBeforeTheAnswer(bytes: Int) async throws {
        try await Self.with(Fault(.spacesBomb, amount: bytes)) { visitor, plain async throws in
            let answer = await visitor.raw(Self.target, closes: true)
            #expect(answer["Content-Length"] == "\(bytes + plain.body.count)")
            #expect(answer.body.count == bytes + plain.body.count)
            #expect(answer.body.prefix(bytes).allSatisfy { $0 == 32 })
            #expect(Array(answer.body.dropFirst(bytes)) == plain.body)
        }
    }

    @Test(arguments: [Fault.Kind.spacesBomb, .gzipBomb]) func aGigabyteIsAnnouncedAndNeedsLittleMemory(
        kind: Fault.Kind
    ) async throws {
        try await Self.with(Fault(kind)) { visitor, _ async throws in
            // Enough to show that much comes; whoever stops reading stops it.
            let answer = await visitor.raw(Self.target, upTo: 900_000)
            let length = try #require(Int(answer["Content-Length"] ?? ""))
            #expect(answer.ending == .enough)
            if kind == .spacesBomb {
                #expect(length > 1 << 30)
                #expect(answer.body.allSatisfy { $0 == 32 })
            } else {
                #expect(length < (1 << 30) / 1000)
                #expect(answer["Content-Encoding"] == "gzip")
            }
        }
    }

    @Test func aClientThatDoesNotReadHoldsUpTheGigabyte() async throws {
        try await withSandbox(emptyTask()) { url, store in
            store.insert(task: "t", row: row("a"), at: try stored("2013-01-01"))
            let visitor = try await Visitor.loggedIn(url)
            store.faults = FaultPlan([.init(Fault(.spacesBomb), count: 1)])
            let before = Self.residentMemory
            let answer = await visitor.raw(Self.target, upTo: 1 << 20) {
                // The server has every chance to run ahead, and must not take it: what it sent fits in sockets'
                // buffers.
                for _ in 0..<50 { try? await Task.sleep(for: .milliseconds(10)) }
                #expect(store.statistics.bytes >= 1 << 20)
                #expect(store.statistics.bytes < 128 << 20)
                // Other tests run meanwhile; a gigabyte is more than all of them.
                #expect(Self.residentMemory - before < 700 << 20)
            }
            #expect(answer.ending == .enough)
            #expect(try await visitor.get(Self.target).names == ["a"])
        }
    }

    @Test(
        .timeLimit(.minutes(60)), arguments: [Fault.Kind.spacesBomb, .stallBefore, .stallWithin, .latency, .slowDrip])
    func aClientThatIsKeptWaitingDoesNotKeepTheServerFromStopping(kind: Fault.Kind) async throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let (addresses, continuation) = AsyncStream<String>.makeStream()
        var configuration = emptyTask()
        configuration.faults = FaultPlan([.init(Fault(kind, seconds: 3600))])
        let server = try SandboxServer(configuration: configuration, logger: logger) { continuation.yield($0) }
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
        let running = Task { try await group.run() }
        var iterator = addresses.makeAsyncIterator()
        let visitor = try await Visitor.loggedIn(try #require(await iterator.next()))
        let (asked, asking) = AsyncStream<Void>.makeStream()
        server.store.onRequest { _ in asking.finish() }
        let waiting = Task {
            await visitor.raw(Self.target, upTo: kind == .spacesBomb ? 1 << 20 : .max) {
                // Without reading on, until the server has stopped.
                _ = try? await running.value
            }
        }
        for await _ in asked {}
        await group.triggerGracefulShutdown()
        try await running.value
        _ = await waiting.value
    }

    /// The process's resident memory in bytes.
    private static var residentMemory: Int {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
    }

    /// Sizes around the lengths of a match, a byte and a piece, and one of several megabytes.
    @Test(arguments: [1, 2, 258, 259, 260, 517, 1032, 1033, 1290, 4129, 65_536, 1_000_003, 20_000_000])
    func zerosComeAsOneGzipMember(size: Int) async throws {
        try await Self.with(Fault(.gzipBomb, amount: size)) { visitor, _ async throws in
            let answer = await visitor.raw(Self.target, closes: true)
            #expect(answer["Content-Encoding"] == "gzip")
            #expect(answer["Content-Length"] == "\(answer.body.count)")
            // The decoder checks the member's CRC and length.
            let zeros = try gunzip(answer.body)
            #expect(zeros.count == size)
            let isZeros = Data(zeros) == Data(count: size)
            #expect(isZeros)
            #expect(size < 100_000 || answer.body.count < size / 900)
        }
    }

    @Test(arguments: [1, 1000, 100_000]) func aNestedValueComesBeforeTheAnswersOwn(depth: Int) async throws {
        try await Self.with(Fault(.nestingBomb, amount: depth)) { visitor, plain async throws in
            let answer = await visitor.raw(Self.target, closes: true)
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(answer.body == Array(#"{"nesting":\#(nested),"#.utf8) + plain.body.dropFirst())
            #expect(answer["Content-Length"] == "\(answer.body.count)")
        }
    }

    @Test func theNestingBombIsAHundredThousandDeep() async throws {
        try await Self.with(Fault(.nestingBomb)) { visitor, _ async throws in
            let answer = await visitor.raw(Self.target, closes: true)
            #expect(answer.body.count { $0 == UInt8(ascii: "[") } == 100_001)
        }
    }
}
