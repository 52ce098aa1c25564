import Foundation
import Logging

/// How log lines look.
enum LogFormat: String, Sendable, CaseIterable {
    case text
    case json
}

/// Writes one line an event to standard error: a constant message and its fields, as text or as JSON.
struct LogLines: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    let label: String
    let format: LogFormat
    let terminal: Terminal

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let time = Date.now.formatted(.iso8601)
        switch format {
        case .text:
            let tail = fields.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }.joined()
            terminal.say("\(time) \(event.level) \(event.message)\(tail)".printable)
        case .json:
            var line = "{\"time\":\"\(time)\",\"level\":\"\(event.level)\",\"message\":"
            line += Self.json("\(event.message)")
            for (key, value) in fields { line += ",\(Self.json(key)):\(Self.json("\(value)"))" }
            terminal.say(line + "}")
        }
    }

    private static func json(_ text: String) -> String {
        String(decoding: OrderedJSON.text(text).line, as: UTF8.self)
    }

    private static func quoted(_ text: String) -> String {
        text.isEmpty || text.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) ? json(text) : text
    }
}
