/// Why bytes are no answer or row that can be read.
@usableFromInline
package struct RowJSONError: Error, Sendable, Hashable {
    /// The closed list of reasons.
    @usableFromInline
    package enum Code: String, Sendable, CaseIterable {
        /// The bytes break JSON's grammar, or a field of the envelope has an impossible type.
        case malformed
        /// The bytes end where the grammar wants more.
        case truncated
        /// Arrays and objects are nested deeper than allowed.
        case nestingTooDeep = "nesting-too-deep"
        /// The list is longer than allowed.
        case tooManyRows = "too-many-rows"
        /// A row is no JSON object.
        case notAnObject = "not-an-object"
    }

    package let code: Code
    /// The byte, counted from 0, at which reading stopped.
    package let offset: Int
    /// One sentence that names the offset, what was expected there and what was found.
    package let message: String

    @usableFromInline
    package init(_ code: Code, at offset: Int, _ message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }
}
