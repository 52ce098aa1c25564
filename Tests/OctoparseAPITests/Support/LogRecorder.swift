import Logging
import Synchronization

/// Keeps log lines of all levels, each as one text.
final class LogRecorder: Sendable {
    private let storage = Mutex<[(level: Logger.Level, text: String)]>([])

    var lines: [String] { storage.withLock { $0.map(\.text) } }

    func lines(at level: Logger.Level) -> [String] {
        storage.withLock { $0.filter { $0.level == level }.map(\.text) }
    }

    var logger: Logger { Logger(label: "test") { _ in Handler(recorder: self) } }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            recorder.storage.withLock { $0.append((event.level, "\(event.message) \(event.metadata ?? [:])")) }
        }
    }
}
