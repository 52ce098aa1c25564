import Foundation
import Spelling
import StorageTime

/// Metrics in Prometheus' text format: each family once, with its help and its type, samples in the order given.
struct MetricsText: Sendable {
    enum Kind: String, Sendable { case gauge, counter }

    private(set) var text = ""

    /// A family of which there is no sample is left out.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            text += name + (labels.isEmpty ? "" : "{\(labels)}") + " \(sample.value)\n"
        }
    }

    struct Sample {
        let labels: KeyValuePairs<String, String>
        let value: String

        init(_ labels: KeyValuePairs<String, String> = [:], _ value: Int) {
            self.labels = labels
            self.value = String(value)
        }

        /// Seconds since 1970; nil where there is no such time.
        init?(_ labels: KeyValuePairs<String, String> = [:], _ date: Date?) {
            guard let date else { return nil }
            self.init(labels, Int(held: date.timeIntervalSince1970.rounded(.down)))
        }
    }

    /// Only these three have an escape in a label's value; unseen characters are written out, as everywhere.
    private static func escaped(_ value: String) -> String {
        value.printable.replacing(scalars: ["\\": "\\\\", "\"": "\\\"", "\n": "\\n"])
    }
}
