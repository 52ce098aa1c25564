/// Something that wants attention, and what to do about it.
package struct Concern: Sendable, Hashable {
    /// Whether it is to be put right, and not only worth a look.
    package let isError: Bool
    /// One sentence.
    package let message: String
    /// What it is about, where it is about several.
    package let items: [String]
    /// What to do; nil where nothing is to be done.
    package let advice: String?

    init(isError: Bool, message: String, items: [String] = [], advice: String?) {
        self.items = items
        self.isError = isError
        self.message = message
        self.advice = advice
    }

    init(_ finding: Finding) {
        self.init(
            isError: finding.level == .error, message: finding.lead ?? finding.message, items: finding.items,
            advice: finding.advice)
    }
}
