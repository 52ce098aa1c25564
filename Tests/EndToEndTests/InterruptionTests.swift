import Foundation
import Sandbox
import StorageTime
import Subprocess
import TestSupport
import Testing

/// Stopped at any moment, what is sealed stays, nothing is left half done, and the next run takes the rest.
@Suite(.fewAtATime) struct InterruptionTests {
    static let weather = TaskSpecification.weather.id
    static let arguments = [
        "backfill", weather, "--from", "2012-01-01", "--to", "2012-04-10", "--window", "1d", "--json",
    ]

    @Test(arguments: Sampling.pairs([(Signal.interrupt, Int32(130)), (.terminate, 143), (.kill, 137)], [7, 60, 150]))
    func aStoppedBackfillLeavesWholeWindowsAndTheNextOneFinishes(
        signal: (Signal, status: Int32), request: Int
    ) async throws {
        try await withSandbox(SandboxConfiguration()) { baseURL, store in
            try await Self.stop(with: signal.0, status: signal.status, at: request, baseURL, store)
        }
    }

    private static func stop(
        with signal: Signal, status: Int32, at request: Int, _ baseURL: String, _ store: SandboxStore
    ) async throws {
        let program = try Program(baseURL: baseURL)
        let stopped = try await program.run(arguments, sending: signal, beforeAnswering: request, by: store)
        #expect(stopped.status == status, "\(stopped.errors)")
        let verify = try await program.run("verify", "--json")
        if FileManager.default.fileExists(atPath: "\(program.vault)/octovault.json") {
            #expect(verify.status == 0, "\(verify.output)\(verify.errors)")
        }
        let finished = try await program.run(arguments)
        #expect(finished.status == 0, "\(finished.output)\(finished.errors)")
        #expect(try finished.json()["windows"] as? Int == 100)
        let restored = try await program.run("restore", weather, "--format", "ndjson")
        #expect(restored.lines.count == 100)
        #expect(Set(restored.lines).count == Set(restored.lines.prefix(100)).count)
        #expect(program.folder.allFiles().filter { $0.hasSuffix(".partial") } == [], "nothing is left half done")
        #expect(try await program.run("verify", "--deep").status == 0)
    }
}
