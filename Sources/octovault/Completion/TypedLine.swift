/// A command line that is not whole yet, as a shell hands it over: words without the shell's reading of them.
struct TypedLine {
    private let words: [String]
    /// The word that is being typed, without quotes; empty where it was not begun.
    let word: String

    /// - Parameters:
    ///   - words: the program's name first.
    ///   - index: which of them is being typed; any number.
    init(words: [String], index: Int) {
        self.words = words.prefix(1000).map(Self.unquoted)
        word = self.words.indices.contains(index) ? self.words[index] : ""
    }

    /// The value of an option, the last one given; nil where it is not there.
    func value(of option: String) -> String? {
        var value: String?
        for (index, word) in words.enumerated() {
            if word.hasPrefix("\(option)=") { value = String(word.dropFirst(option.count + 1)) }
            // To some shells the sign is a word of its own.
            if word == option { value = words.dropFirst(index + 1).first { $0 != "=" } }
        }
        return value.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Without the quotes and backslashes that a shell would take away. A quote may still be open.
    private static func unquoted(_ word: String) -> String {
        var plain = ""
        var quote: Character?
        var isEscaped = false
        for character in word {
            if isEscaped {
                plain.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            } else {
                plain.append(character)
            }
        }
        return plain
    }
}
