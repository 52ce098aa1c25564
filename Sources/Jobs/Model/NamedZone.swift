public import Foundation

/// A time zone under the name it was given by: Foundation calls `UTC` `GMT`.
public struct NamedZone: Sendable, Hashable, CustomStringConvertible {
    public let name: String
    public let timeZone: TimeZone

    /// Nil for a name that the system's zone database lacks.
    public init?(_ name: String) {
        guard let timeZone = TimeZone(identifier: name) else { return nil }
        self.name = name
        self.timeZone = timeZone
    }

    init(name: String, timeZone: TimeZone) {
        self.name = name
        self.timeZone = timeZone
    }

    /// Coordinated universal time.
    public static let utc = NamedZone(name: "UTC", timeZone: .gmt)

    public var description: String { name }
}
