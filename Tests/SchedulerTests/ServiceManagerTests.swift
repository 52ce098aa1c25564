import Dispatch
import Foundation
import Testing

@testable import Scheduler

/// A datagram socket that listens as systemd does.
private final class Listener: Sendable {
    let descriptor: Int32

    /// - Parameter name: a path, or an abstract name with `@`.
    init(_ name: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if name.hasPrefix("@") { bytes[0] = 0 } else { bytes.append(0) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        var timeout = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout.size(ofValue: timeout)))
        let bound = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(2 + bytes.count))
            }
        }
        try #require(bound == 0)
    }

    deinit { close(descriptor) }

    /// The next datagram. Waited for outside of the threads that all tests share, and that the sender may need.
    func next() async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [descriptor] in
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = recv(descriptor, &buffer, buffer.count, 0)
                continuation.resume(returning: String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self))
            }
        }
    }
}

@Suite struct ServiceManagerTests {
    private func withListener(
        abstract: Bool = false, _ body: (Listener, String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let name = abstract ? "@octovault-\(UUID().uuidString)" : folder.appendingPathComponent("notify").path
        try await body(try Listener(name), name)
    }

    @Test(arguments: [false, true])
    func everyStateReachesTheManager(abstract: Bool) async throws {
        try await withListener(abstract: abstract) { listener, name in
            let manager = ServiceManager(environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "20000000"])
            manager.ready("two\nlines")
            #expect(await listener.next() == "READY=1\nSTATUS=two lines")
            manager.status("1 of 2 jobs run")
            #expect(await listener.next() == "STATUS=1 of 2 jobs run")
            manager.alive()
            #expect(await listener.next() == "WATCHDOG=1")
            manager.reloading()
            let reloading = await listener.next()
            let time = try #require(reloading.split(separator: "=").last.flatMap { Int64($0) })
            #expect(reloading == "RELOADING=1\nMONOTONIC_USEC=\(time)" && time > 0)
            manager.stopping()
            #expect(await listener.next() == "STOPPING=1")
        }
    }

    @Test(
        arguments: [
            (["WATCHDOG_USEC": "20000000"], 10), (["WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "42"], 10),
            (["WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "43"], nil), (["WATCHDOG_USEC": "soon"], nil),
            (["WATCHDOG_USEC": "0"], nil), ([:], nil),
        ] as [([String: String], Int64?)])
    func theWatchdogIsFedTwiceAsOftenAsItWants(environment: [String: String], seconds: Int64?) {
        let manager = ServiceManager(
            environment: environment.merging(["NOTIFY_SOCKET": "/run/none"]) { $1 }, processID: 42)
        #expect(manager.watchdogInterval == seconds.map { Duration.seconds($0) })
    }

    @Test(arguments: ["", "/", "@", "relative", "vsock:2:1", "/" + String(repeating: "a", count: 200), "/nobody/there"])
    func withoutAUsableSocketNothingHappens(name: String) {
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": name])
        manager.ready()
        manager.alive()
        #expect(manager.watchdogInterval == nil)
    }

    @Test func theServiceTellsItsWholeLife() async throws {
        try await withListener { listener, name in
            let clock = ManualClock(wall: Fixture.date("10:00:30"))
            let runner = FakeRunner()
            let service = SchedulerService(
                jobs: Fixture.set(try Fixture.job("a")), runner: runner,
                manager: ServiceManager(environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "20000000"]),
                time: clock.time, logger: LogBook().logger)
            let task = Task { try await service.run() }
            let run = try #require(await runner.next())
            #expect(await listener.next() == "READY=1\nSTATUS=0 of 1 jobs run; next at 2026-11-23T11:00:00Z")
            #expect(await listener.next() == "STATUS=1 of 1 jobs run; next at 2026-11-23T11:00:00Z")
            await clock.sleeper(for: .seconds(10))
            clock.advance(by: .seconds(10))
            #expect(await listener.next() == "WATCHDOG=1")
            run.finish()
            #expect(await listener.next() == "STATUS=0 of 1 jobs run; next at 2026-11-23T11:00:00Z")
            service.cut()
            try await task.value
            #expect(await listener.next() == "STOPPING=1\nSTATUS=Stopping; 0 of 1 jobs run")
        }
    }
}
