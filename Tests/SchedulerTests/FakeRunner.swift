import Jobs
import Synchronization

@testable import Scheduler

/// Runs that start when the scheduler says so and end when the test does.
final class FakeRunner: JobRunner {
    /// A run under way.
    final class Run: Sendable {
        let job: Job
        let firing: Firing
        let interruption: StopRequest?
        private let (ends, end) = AsyncStream.makeStream(of: RunOutcome.self)
        private let (ending, hasEnded) = AsyncStream.makeStream(of: Void.self)

        init(_ job: Job, _ firing: Firing, _ interruption: StopRequest?) {
            self.job = job
            self.firing = firing
            self.interruption = interruption
        }

        func finish(_ outcome: RunOutcome = .fine) {
            end.yield(outcome)
        }

        /// Waits until the runner has stopped.
        func ended() async {
            for await _ in ending {}
        }

        /// What the test says, or `interrupted` where the task is cancelled first.
        func outcome() async -> RunOutcome {
            defer { hasEnded.finish() }
            for await outcome in ends { return outcome }
            return RunOutcome(word: .interrupted, didSomething: false, exitStatus: 75)
        }
    }

    private let (stream, starts) = AsyncStream.makeStream(of: Run.self)
    private let peak = Mutex((now: 0, most: 0))

    /// The greatest number of runs there were at once.
    var mostAtOnce: Int { peak.withLock { $0.most } }

    /// The next run that starts.
    func next() async -> Run? {
        for await run in stream { return run }
        return nil
    }

    func run(_ job: Job, _ firing: Firing) async -> RunOutcome {
        peak.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        defer { peak.withLock { $0.now -= 1 } }
        let run = Run(job, firing, StopRequest.current)
        starts.yield(run)
        return await run.outcome()
    }
}

extension RunOutcome {
    static let fine = RunOutcome(word: .done, didSomething: true, exitStatus: 0, summaryJSON: Array("{}".utf8))
    static let idle = RunOutcome(word: .done, didSomething: false, exitStatus: 0)

    static func failed(_ code: String) -> RunOutcome {
        RunOutcome(
            word: .failed, firstError: Failure(code: code, message: "it is \(code)"), didSomething: false,
            exitStatus: 69, summaryJSON: Array(#"{"outcome":"failed"}"#.utf8))
    }
}
