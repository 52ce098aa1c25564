import Foundation

/// Bodies of requests as JSON.
enum JSONBody {
    /// An object of texts, its keys sorted.
    static func object(_ pairs: [(String, String)]) -> String {
        encode(Dictionary(pairs) { first, _ in first })
    }

    static func encode(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
