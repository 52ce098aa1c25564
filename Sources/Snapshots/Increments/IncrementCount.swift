/// What the API says of a task's increments.
package struct IncrementCount: Sendable, Hashable {
    package let task: String
    /// Rows before the last cursor that the API had when it was last asked, …
    package var expected = 0
    /// … and has now.
    package var counted = 0
    /// Rows behind the cursor, for the next increment to take.
    package var behind = 0
    /// Rows in the vault, and those among them that the API was known to have no more.
    package var rows = 0
    package var kept = 0
    /// Rows of all that the API has, those behind the cursor among them.
    package var total = 0
    /// Of the rows before the cursor, where they were compared: those that the vault lacks.
    package var new: Int?
    /// Those that the API has no more, besides ``kept``.
    package var gone: Int?

    package init(task: String) { self.task = task }

    /// Whether the rows before the cursor are, as far as was looked, those that are known.
    package var isSame: Bool { counted == expected && (new ?? 0) == 0 && (gone ?? 0) == 0 }
}
