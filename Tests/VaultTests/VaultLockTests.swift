import Archive
import Foundation
import StorageTime
import TestSupport
import Testing
import Vault

@Suite(.timeLimit(.minutes(60))) struct VaultLockTests {
    @Test func aTaskIsHeldByOneAtATimeAndTheErrorNamesTheHolder() async throws {
        let fixture = try Fixture()
        let other = try fixture.open()
        let held = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let error = await #expect(throws: VaultError.self) { try await other.lock(TaskID(weather), wait: .no) }
        #expect(error?.code == .locked)
        #expect(error?.isTransient == true)
        #expect(error?.message == "task weather is taken by process 4711")
        try await other.lock(TaskID("another"), wait: .no).release()
        held.release()
        held.release()
        try await other.lock(TaskID(weather), wait: .no).release()
    }

    @Test(arguments: ["", "1\n", "4711\n", "1234567890\nand more"])
    func aLockFileNamesItsHolderAloneWhateverItHeldBefore(before: String) async throws {
        let fixture = try Fixture()
        try await fixture.vault.lock(TaskID(weather), wait: .no).release()
        let path = "\(fixture.path)/locks/weather.lock"
        try before.write(toFile: path, atomically: false, encoding: .utf8)
        let held = try await fixture.vault.lock(TaskID(weather), wait: .no)
        defer { held.release() }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "4711\n")
    }

    @Test func aTaskLetGoIsFree() async throws {
        let fixture = try Fixture()
        do { _ = try await fixture.vault.lock(TaskID(weather), wait: .no) }
        try await fixture.vault.lock(TaskID(weather), wait: .no).release()
    }

    @Test func waitingTakesTheTaskOnceItIsFree() async throws {
        let fixture = try Fixture()
        let held = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let (told, tell) = AsyncStream<Int32?>.makeStream()
        let vault = fixture.vault
        async let waiting = vault.lock(
            TaskID(weather), wait: .polling(every: .milliseconds(1)) { tell.yield($0) })
        var iterator = told.makeAsyncIterator()
        #expect(await iterator.next() == 4711)
        held.release()
        try await waiting.release()
    }

    @Test func waitingEndsWhenItIsCancelled() async throws {
        let fixture = try Fixture()
        let held = try await fixture.vault.lock(TaskID(weather), wait: .no)
        defer { held.release() }
        let vault = fixture.vault
        let waiting = Task { try await vault.lock(TaskID(weather), wait: .polling(every: .seconds(3600))) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test func aDeadProcessHoldsNothing() async throws {
        let fixture = try Fixture()
        try await fixture.vault.lock(TaskID(weather), wait: .no).release()
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // `flock -o` keeps the lock to itself; the shell below it says that it is held, then waits for its input to
        // end.
        holder.arguments = [
            "flock", "-o", "\(fixture.path)/locks/weather.lock", "sh", "-c", "echo held; cat > /dev/null",
        ]
        // Variables of its own: reading this process's own is not safe beside other tests.
        holder.environment = ["PATH": "/usr/bin:/bin"]
        let (input, output) = (Pipe(), Pipe())
        holder.standardInput = input
        holder.standardOutput = output
        try holder.run()
        let line = output.fileHandleForReading.availableData
        #expect(String(decoding: line, as: UTF8.self) == "held\n")
        let error = await #expect(throws: VaultError.self) { try await fixture.vault.lock(TaskID(weather), wait: .no) }
        #expect(error?.code == .locked)
        kill(holder.processIdentifier, SIGKILL)
        try await fixture.vault.lock(TaskID(weather), wait: .polling(every: .milliseconds(1))).release()
        // The shell outlived its parent, and ends now; waiting for that would block a thread that other tests need.
        try input.fileHandleForWriting.close()
    }

    @Test func aTaskIdThatDiffersInCaseOnlyIsRefused() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        let error = await #expect(throws: VaultError.self) {
            try await fixture.vault.lock(TaskID("Weather"), wait: .no)
        }
        #expect(error?.code == .taskIDClash)
        try await fixture.vault.lock(TaskID(weather), wait: .no).release()
    }

    @Test(
        arguments: Sampling.quick(
            2, of: ["../../etc/x", ".", "..", "a b/c", "🌦️", "%41", String(repeating: "ä", count: 200)]))
    func anyTaskIdIsStoredInsideTheVaultAndFoundAgain(id: String) async throws {
        var fixture = try Fixture()
        try await fixture.seal([0], task: id)
        #expect(try fixture.status().map(\.task) == [id])
        let outside = fixture.folder.allFiles().filter { !$0.hasPrefix("vault/") }
        #expect(outside.isEmpty)
        _ = try fixture.vault.rebuildCatalog()
        fixture.vault = try fixture.open()
        #expect(try await fixture.coverage(task: id).covered.windows == [window(0, 1)])
        #expect(try fixture.vault.storedTasks().map(\.text) == [id])
        #expect(try await fixture.vault.verify(tasks: [TaskID(id)]).snapshots == 1)
        #expect(try await fixture.vault.verify().damaged.isEmpty)
    }

    #if os(Linux)
    /// Between fork and exec a child shares what its parent has open.
    @Test func aTaskGivenBackIsFreeThoughAChildStillHasItsLockOpen() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let shared = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(Int32.init).filter
        {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            return target?.hasSuffix("/locks/weather.lock") == true && target?.hasPrefix(fixture.vault.root) == true
        }.map { dup($0) }
        defer { for descriptor in shared { close(descriptor) } }
        #expect(shared.count == 1)
        locked.release()
        try await fixture.vault.lock(TaskID(weather), wait: .no).release()
    }
    #endif
}
