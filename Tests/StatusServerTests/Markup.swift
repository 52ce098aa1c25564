/// HTML taken apart as far as tests need it: tags with their attributes, and text.
struct Markup {
    struct Tag: Equatable {
        var name: String
        var attributes: [(name: String, value: String)]

        static func == (left: Tag, right: Tag) -> Bool {
            left.name == right.name && left.attributes.map(\.name) == right.attributes.map(\.name)
        }

        subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }
    }

    private(set) var tags: [Tag] = []
    private(set) var text = ""

    init(_ html: String) {
        var rest = Array(html.unicodeScalars)[...]
        while let scalar = rest.first {
            guard scalar == "<" else {
                text.unicodeScalars.append(scalar)
                rest.removeFirst()
                continue
            }
            rest.removeFirst()
            var name = ""
            while let next = rest.first, next != " ", next != ">", next != "\n" {
                name.unicodeScalars.append(next)
                rest.removeFirst()
            }
            var tag = Tag(name: name, attributes: [])
            while let next = rest.first, next != ">" {
                if next == " " || next == "/" || next == "\n" {
                    rest.removeFirst()
                    continue
                }
                var attribute = ""
                while let next = rest.first, next != "=", next != " ", next != ">" {
                    attribute.unicodeScalars.append(next)
                    rest.removeFirst()
                }
                var value = ""
                if rest.first == "=" {
                    rest.removeFirst()
                    if rest.first == "\"" {
                        rest.removeFirst()
                        while let next = rest.first, next != "\"" {
                            value.unicodeScalars.append(next)
                            rest.removeFirst()
                        }
                        if !rest.isEmpty { rest.removeFirst() }
                    }
                }
                tag.attributes.append((attribute, value))
            }
            if !rest.isEmpty { rest.removeFirst() }
            tags.append(tag)
        }
    }

    /// The addresses that the page leads to or loads.
    var addresses: [String] {
        tags.flatMap { tag in ["href", "src", "action"].compactMap { tag[$0] } }.map {
            $0.replacing("&amp;", with: "&")
        }
    }
}
