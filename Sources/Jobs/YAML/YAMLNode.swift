/// A value in a YAML file and where it stands. Scalars stay text: what they mean is for the key they belong to.
struct YAMLNode {
    enum Kind {
        case scalar(Scalar)
        case sequence([YAMLNode])
        case mapping([Entry])
        /// Something refused and reported already, such as an alias.
        case invalid
    }

    struct Scalar {
        var text: String
        /// Written without quotes and not as a block, so that `true`, `~` and `12` are no text.
        var isPlain: Bool

        /// The type that YAML takes the text for.
        var typeName: String {
            guard isPlain else { return "text" }
            if TruthWord.meaning[text] != nil { return "a truth value" }
            return Double(text) != nil ? "a number" : "text"
        }

        var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }
    }

    struct Entry {
        var key: String
        var keyPosition: TextPosition
        var value: YAMLNode
    }

    var position: TextPosition
    var kind: Kind

    var isNull: Bool {
        if case .scalar(let scalar) = kind { scalar.isNull } else { false }
    }
}
