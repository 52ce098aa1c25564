extension String {
    /// As one word of a shell's command line.
    package var shellWord: String {
        let isPlain =
            !isEmpty && !hasPrefix("-")
            && unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "-_./:@%+=,".unicodeScalars.contains(scalar))
            }
        return isPlain ? self : "'" + replacing(scalars: ["'": "'\\''"]) + "'"
    }
}
