import Foundation
import Operations
import Synchronization
import UnixSignals

/// Runs a one-shot command so that SIGINT and SIGTERM stop it between windows: what is sealed stays, what is not leaves
/// no trace. A second signal ends the process at once.
enum SignalHandling {
    /// - Returns: what `body` returned, and the status of the signal that stopped it, if one did. A body that reports
    ///   its partial result on cancellation is heard.
    static func guarding<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> (result: Result, stoppedBy: ExitStatus?) {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let stopped = Received()
        let work = Task { try await body() }
        let watcher = Task {
            for await signal in signals {
                let status: ExitStatus = signal == .sigint ? .interrupted : .terminated
                guard stopped.set(status) else { Foundation.exit(status.rawValue) }
                Terminal.standard.say("stopping: what is sealed stays, the rest is left for next time")
                work.cancel()
            }
        }
        defer { watcher.cancel() }
        do {
            return (try await work.value, stopped.status)
        } catch {
            guard let status = stopped.status else { throw error }
            throw Problem(status, code: "stopped", "")
        }
    }

    /// The status of the first signal received.
    private final class Received: Sendable {
        private let value = Mutex<ExitStatus?>(nil)

        var status: ExitStatus? { value.withLock { $0 } }

        /// False where a signal was received before.
        func set(_ status: ExitStatus) -> Bool {
            value.withLock { value in
                defer { value = value ?? status }
                return value == nil
            }
        }
    }
}
