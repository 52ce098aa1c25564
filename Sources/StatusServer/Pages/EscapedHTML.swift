import Mustache
import Spelling

/// Text between tags and in quoted attributes, escaped scalar by scalar: the library's own escape looks at characters,
/// and lets a quote pass that a combining mark follows.
struct EscapedHTML: MustacheContentType {
    private static let escapes: [Unicode.Scalar: String] = [
        "<": "&lt;", ">": "&gt;", "&": "&amp;", "\"": "&quot;", "'": "&#39;",
    ]

    func escapeText(_ text: String) -> String { text.replacing(scalars: Self.escapes) }
}

extension MustacheLibrary {
    private static let name = "ESCAPED"

    /// Takes in a template whose texts are escaped as ``EscapedHTML`` says. Each has to ask for it: a template that
    /// another one includes starts from the library's own escape.
    mutating func register(page template: String, named name: String) throws {
        MustacheContentTypes.register(EscapedHTML(), named: Self.name)
        try register("{{%CONTENT_TYPE:\(Self.name)}}\n\(template)", named: name)
    }
}
