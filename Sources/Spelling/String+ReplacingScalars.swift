extension String {
    /// The text with some Unicode scalars replaced, whatever stands behind them.
    ///
    /// Whole characters, which `replacing` compares, hide what other programs read: a quote with a combining mark
    /// behind it is another character than a quote, and ends a quoted text all the same.
    ///
    /// - Complexity: O(*n*).
    package func replacing(scalars replacements: [Unicode.Scalar: String]) -> String {
        guard unicodeScalars.contains(where: { replacements[$0] != nil }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if let replacement = replacements[scalar] {
                text += replacement
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
