/// A pattern for tasks' names: `*` is any run of characters, `?` any one, all else itself. Case counts.
package struct NamePattern: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Whether the whole of `name` fits.
    ///
    /// - Complexity: O(*n* · *m*), whatever the pattern.
    package func matches(_ name: String) -> Bool {
        let pattern = Array(text)
        let name = Array(name)
        var (here, there) = (0, 0)
        // The last star and how far it has reached: on a mismatch it takes one character more.
        var star: (pattern: Int, name: Int)?
        while there < name.count {
            if here < pattern.count, pattern[here] == "*" {
                star = (here, there)
                here += 1
            } else if here < pattern.count, pattern[here] == "?" || pattern[here] == name[there] {
                here += 1
                there += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                (here, there) = (last.pattern + 1, last.name + 1)
            } else {
                return false
            }
        }
        return pattern[here...].allSatisfy { $0 == "*" }
    }

    package var description: String { text }
}
