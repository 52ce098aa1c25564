import Foundation
import Operations

extension Date {
    /// Reads an option's value; the error names the option and the value.
    static func option(_ name: String, instant text: String?) throws -> Date? {
        guard let text else { return nil }
        if let date = Date(instant: text) { return date }
        throw Problem.usage(
            "\(name): '\(text)' is no instant", hint: "write it as 2026-03-28T00:00:00Z or 2026-03-28T01:00:00+01:00")
    }
}
