/// How rows were proven to be all there are.
package enum Proof: String, Sendable, Hashable, CaseIterable, Codable {
    /// Every answer held all that its `total` promised; a window too large for one answer is cut.
    case oneAnswer = "one-answer"
    /// Two passes with different page sizes agreed. Nobody asks for it: it is what a second with more rows than one
    /// answer holds, and a source without a time filter, are proven by.
    case twoPasses = "two-passes"
    /// The total stayed the same over plain paging: fewer requests, a weaker proof.
    case totals

    /// What a job or a command may ask for.
    package static let choices: [Proof] = [.oneAnswer, .totals]
}
