/// Puts events together into a tree without recursion.
struct YAMLTreeBuilder {
    private struct Frame {
        var position: TextPosition
        var kind: YAMLNode.Kind
        /// A mapping's key whose value is still to come.
        var key: (text: String, position: TextPosition)?
    }

    private(set) var root: YAMLNode?
    private var frames: [Frame] = []

    /// Collections that are open.
    var depth: Int { frames.count }

    mutating func open(_ kind: YAMLNode.Kind, at position: TextPosition) {
        frames.append(Frame(position: position, kind: kind))
    }

    /// Ends the innermost collection; the position of a key that is no text, where there is one.
    mutating func close() -> TextPosition? {
        guard let frame = frames.popLast() else { return nil }
        return add(YAMLNode(position: frame.position, kind: frame.kind))
    }

    /// Adds a whole node; the position of a key that is no text, where there is one.
    mutating func add(_ node: YAMLNode) -> TextPosition? {
        guard var frame = frames.popLast() else {
            root = node
            return nil
        }
        defer { frames.append(frame) }
        switch frame.kind {
        case .sequence(var items):
            frame.kind = .invalid  // so that the array below is the only one and grows in place
            items.append(node)
            frame.kind = .sequence(items)
        case .mapping(var entries):
            guard let key = frame.key else {
                guard case .scalar(let scalar) = node.kind else { return node.position }
                frame.key = (scalar.text, node.position)
                return nil
            }
            frame.kind = .invalid
            entries.append(.init(key: key.text, keyPosition: key.position, value: node))
            frame.kind = .mapping(entries)
            frame.key = nil
        case .scalar, .invalid:
            break
        }
        return nil
    }
}
