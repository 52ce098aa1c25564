extension String {
    /// Whether bash, zsh and fish all take it for what it is when their completion scripts hand it around.
    ///
    /// bash expands words that it is given to choose from: of `$(…)` it would run the command. So nothing is let
    /// through but letters, digits, a few signs that mean nothing to any shell, and single spaces between them. What
    /// has no shape of its own, as a mark that turns the direction of writing, is no letter.
    var isPlainInShells: Bool {
        guard let first = unicodeScalars.first, let last = unicodeScalars.last, utf8.count <= 256 else { return false }
        return first != "-" && first != " " && last != " " && !contains("  ")
            && unicodeScalars.allSatisfy { scalar in
                let properties = scalar.properties
                let isOfWords = properties.isAlphabetic || properties.numericType != nil
                return (isOfWords && !properties.isDefaultIgnorableCodePoint)
                    || "-_./+, ".unicodeScalars.contains(scalar)
            }
    }
}
