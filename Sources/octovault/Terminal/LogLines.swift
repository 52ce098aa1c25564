import Foundation
import Logging
import Operations

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
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { Self.place($0) < Self.place($1) }
        let time = Date.now.formatted(.iso8601)
        switch format {
        case .text:
            let tail = fields.map { " " + Self.field($0.key, "\($0.value)") }.joined()
            terminal.say("\(time) \(event.level) \(event.message)\(tail)")
        case .json:
            var line = "{\"time\":\"\(time)\",\"level\":\"\(event.level)\",\"message\":"
            line += Self.json("\(event.message)")
            for (key, value) in fields { line += ",\(Self.json(key)):\(Self.json("\(value)"))" }
            terminal.say(json: line + "}")
        }
    }

    /// What a line is about comes first; the rest follows by name.
    private static func place(_ field: (key: String, value: Logger.Metadata.Value)) -> (Int, String) {
        (["job", "task", "window"].firstIndex(of: field.key) ?? 3, field.key)
    }

    static func field(_ key: String, _ value: String) -> String { "\(key)=\(quoted(value))" }

    private static func json(_ text: String) -> String {
        String(decoding: OrderedJSON.text(text).line, as: UTF8.self)
    }

    /// The value as it stands where it is one plain word, else as JSON, so that none can pass for another field.
    ///
    /// Looks at scalars: a space or `=` that a combining mark follows is no `Character` of its own, but looks like one.
    private static func quoted(_ text: String) -> String {
        let isWord = text.unicodeScalars.allSatisfy { scalar in
            !scalar.isUnseen && !scalar.properties.isWhitespace && scalar != "\"" && scalar != "=" && scalar != "\\"
        }
        return isWord && !text.isEmpty ? text : json(text)
    }
}
