package import Foundation

/// A time zone under the name it was given by: Foundation calls `UTC` `GMT`.
package struct NamedZone: Sendable, Hashable, CustomStringConvertible {
    package let name: String
    package let timeZone: TimeZone

    /// Nil for a name that the system's zone database lacks.
    package init?(_ name: String) {
        guard let timeZone = TimeZone(identifier: name) else { return nil }
        self.name = name
        self.timeZone = timeZone
    }

    init(name: String, timeZone: TimeZone) {
        self.name = name
        self.timeZone = timeZone
    }

    /// Coordinated universal time.
    package static let utc = NamedZone(name: "UTC", timeZone: .gmt)

    package var description: String { name }
}
