import Foundation
import Synchronization
import TestSupport
import Testing

/// The built program over what it did not make: each run ends by itself, with a status that means something.
enum CommandFuzz {
    /// How long a test goes on; `OCTOVAULT_FUZZ_SECONDS` makes it longer.
    static let seconds =
        ProcessInfo.processInfo.environment["OCTOVAULT_FUZZ_SECONDS"].flatMap(Double.init)
        ?? (Sampling.isAll ? 6 : 0)
    /// The one attempt to make again, where `OCTOVAULT_FUZZ_ATTEMPT` gives a number.
    private static let only = ProcessInfo.processInfo.environment["OCTOVAULT_FUZZ_ATTEMPT"].flatMap { Int($0) }
    /// Far more than any run here needs, retries with their waits included, on a machine however busy.
    private static let longest = "120"
    /// Runs mostly wait: for retries, or for the other core.
    private static let width = 4
    /// Every status that is not a bug's.
    private static let statuses: Set<Int32> = [0, 64, 65, 69, 73, 75, 77, 78]

    /// Makes attempts until the time is over, and at least `least`.
    ///
    /// - Parameter attempt: makes one with its own dice, and gives the program runs that it consists of.
    static func run(
        _ name: String, seed: UInt64, least: Int = Sampling.number(2, of: 4),
        _ attempt: @escaping @Sendable (inout SeededGenerator, _ number: Int) async throws -> [Run]
    ) async throws {
        let start = ContinuousClock.now
        let tally = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            var number = only ?? 0
            let end = only.map { $0 + 1 }
            while end.map({ number < $0 }) ?? (number < least || ContinuousClock.now - start < .seconds(seconds)) {
                if only == nil, number >= width { try await group.next() }
                let own = number
                group.addTask {
                    var dice = SeededGenerator(seed: seed &* 0x9E37_79B9 &+ UInt64(own))
                    for run in try await attempt(&dice, own) {
                        tally.counts.withLock {
                            $0.runs += 1
                            $0.statuses[run.status, default: 0] += 1
                        }
                        let isSound = statuses.contains(run.status) && !run.errors.contains("Fatal error")
                        #expect(
                            isSound,
                            "\(name), seed \(seed), attempt \(own): \(run.arguments) ended with \(run.status): \(run.errors.suffix(800))"
                        )
                    }
                }
                number += 1
            }
            try await group.waitForAll()
            let (runs, seen) = tally.counts.withLock { $0 }
            print(
                "fuzzed \(name): \(number) attempts, \(runs) runs, statuses \(seen.sorted { $0.key < $1.key }), seed \(seed)"
            )
        }
    }

    /// How many runs there were, and how they ended.
    private final class Tally: Sendable {
        let counts = Mutex<(runs: Int, statuses: [Int32: Int])>((0, [:]))
    }

    /// What one run of the program came to.
    struct Run: Sendable {
        let arguments: [String]
        let status: Int32
        let errors: String
    }

    /// Runs the program to its end, or kills it after two minutes (137).
    static func run(_ program: Program, _ arguments: [String]) async throws -> Run {
        let outcome = try await program.runWrapped(["/usr/bin/timeout", "-s", "KILL", longest], arguments)
        return Run(arguments: arguments, status: outcome.status, errors: outcome.errors)
    }
}

/// Numbers at which arithmetic ends.
enum EdgeNumbers {
    static let counts = [
        "0", "1", "2", "-1", "999999999999999", "1000000000000000", "1000000000000001", "4611686018427387904",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e18", "1e308", "0.5", "null", "\"\"",
        "\"9223372036854775807\"", "true",
    ]
}
