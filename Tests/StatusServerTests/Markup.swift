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
        var stack: [Element] = []
        while let scalar = rest.first {
            guard scalar == "<" else {
                text.unicodeScalars.append(scalar)
                stack.last?.add(String(scalar))
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
            var isEmpty = name.hasSuffix("/")
            while let next = rest.first, next != ">" {
                isEmpty = next == "/"
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
            open(tag, isEmpty: isEmpty, &stack)
        }
    }

    /// An element with what is in it.
    final class Element {
        let tag: Tag
        private(set) var children: [Element] = []
        /// Its own text and that of what is in it, but for pictures' and what is hidden from those who listen.
        private(set) var text = ""

        fileprivate init(_ tag: Tag) { self.tag = tag }

        fileprivate func add(_ child: Element) { children.append(child) }
        fileprivate func add(_ text: some StringProtocol) { self.text += text }
    }

    private static let void: Set<String> = ["meta", "link", "br", "hr", "img", "input", "!doctype"]

    /// The elements in the order of their beginnings.
    private(set) var elements: [Element] = []

    private mutating func open(_ tag: Tag, isEmpty: Bool, _ stack: inout [Element]) {
        guard !tag.name.hasPrefix("/") else {
            guard let last = stack.lastIndex(where: { "/\($0.tag.name)" == tag.name }) else { return }
            let closed = stack[last]
            stack.removeSubrange(last...)
            if closed.tag["aria-hidden"] != "true", closed.tag.name != "svg" { stack.last?.add(closed.text) }
            return
        }
        let element = Element(tag)
        elements.append(element)
        stack.last?.add(element)
        if !isEmpty, !Self.void.contains(tag.name) { stack.append(element) }
    }

    /// The addresses that the page leads to or loads.
    var addresses: [String] {
        tags.flatMap { tag in ["href", "src", "action"].compactMap { tag[$0] } }.map {
            $0.replacing("&amp;", with: "&")
        }
    }
}
