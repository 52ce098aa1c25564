import Foundation
import Sandbox
import StorageTime
import Subprocess
import Synchronization
import TestSupport
import Testing

/// The scheduler is left running over many windows and many runs, and its memory is looked at.
///
/// Only where `OCTOVAULT_SOAK_SECONDS` gives it two minutes: what a window or a run leaves behind is a few hundred
/// bytes.
@Suite(
    .fewAtATime, .timeLimit(.minutes(1440)),
    .enabled(if: SoakTests.seconds >= 120, "OCTOVAULT_SOAK_SECONDS is less than 120"),
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "memory is read from /proc"))
struct GrowthTests {
    /// Bytes of growth that a window or a run may bring on average, and those that may come of heaps and threads.
    static let bytesEach = 100
    static let slack = 1 << 20

    private struct Sample: Sendable {
        var memory: Int
        /// Requests asked for so far.
        var work: Int
    }

    @Test func aSchedulerThatIsLeftRunningDoesNotGrow() async throws {
        let tasks = (1...100).map { "task-\($0)" }
        let configuration = SandboxConfiguration(
            tasks: tasks.map { TaskSpecification(id: $0, rows: .weather) }, liveRowsPerSecond: 5)
        try await withSandbox(configuration) { baseURL, store in
            let program = try Program(baseURL: baseURL)
            let start = StorageClock(timeZone: .gmt).storageTime(at: Date())
            var jobs = [
                "windows": Self.job(
                    tasks: tasks.dropFirst(20).joined(separator: ", "), window: "1s", recheck: "20s", start: start)
            ]
            // These find nothing to do: of each there is only that it ran.
            for number in 1...20 {
                jobs["run-\(number)"] = Self.job(tasks: "task-\(number)", window: "1w", recheck: "1w", start: start)
            }
            try program.write(jobs: jobs)
            let samples = try await Self.run(program, store)
            let half = samples.count / 2
            let early = samples[samples.count / 4..<half]
            let late = samples[(half + samples.count / 4)...]
            let growth = Self.median(late.map(\.memory)) - Self.median(early.map(\.memory))
            let work = Self.median(late.map(\.work)) - Self.median(early.map(\.work))
            print("growth: \(growth) bytes over \(work) requests, \(samples.map { $0.memory >> 10 }) KiB")
            #expect(growth <= Self.slack + Self.bytesEach * work / 4)
        }
    }

    private static func job(tasks: String, window: String, recheck: String, start: StorageInstant) -> String {
        """
        tasks: [\(tasks)]
        schedule: "* * * * * *"
        window: \(window)
        settle: 1s
        recheck: \(recheck)
        start: \(start)

        """
    }

    /// A sample a second.
    private static func run(_ program: Program, _ store: SandboxStore) async throws -> [Sample] {
        let samples = Mutex<[Sample]>([])
        let outcome = try await program.runAlongside(
            ["run", "--quiet"],
            { id, send in
                for _ in 0..<SoakTests.seconds {
                    try await Task.sleep(for: .seconds(1))
                    guard let memory = Program.heldMemory(of: id) else { break }
                    samples.withLock { $0.append(Sample(memory: memory, work: store.statistics.requestCount)) }
                }
                try send(.terminate)
            })
        #expect(outcome.status == 0, "\(outcome.errors.suffix(2000))")
        return samples.withLock { $0 }
    }

    private static func median(_ values: [Int]) -> Int {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }
}
