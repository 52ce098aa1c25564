/// Puts events together into a tree without recursion.
struct YAMLTreeBuilder {
    /// A collection that is open. Its children are kept beside each other here, not inside an enumeration's payload, so
    /// that each is added in place: a payload taken out and put back is copied, and a long list costs its square.
    private struct Frame {
        let position: TextPosition
        let isMapping: Bool
        var items: [YAMLNode] = []
        var entries: [YAMLNode.Entry] = []
        /// A mapping's key whose value is still to come.
        var key: (text: String, position: TextPosition)?

        var node: YAMLNode {
            YAMLNode(position: position, kind: isMapping ? .mapping(entries) : .sequence(items))
        }
    }

    private(set) var root: YAMLNode?
    private var frames: [Frame] = []

    /// Collections that are open.
    var depth: Int { frames.count }

    mutating func openSequence(at position: TextPosition) {
        frames.append(Frame(position: position, isMapping: false))
    }

    mutating func openMapping(at position: TextPosition) {
        frames.append(Frame(position: position, isMapping: true))
    }

    /// Ends the innermost collection; the position of a key that is no text, where there is one.
    mutating func close() -> TextPosition? {
        guard let frame = frames.popLast() else { return nil }
        return add(frame.node)
    }

    /// Adds a whole node; the position of a key that is no text, where there is one.
    ///
    /// - Complexity: O(1), amortised.
    mutating func add(_ node: YAMLNode) -> TextPosition? {
        let innermost = frames.count - 1
        guard innermost >= 0 else {
            root = node
            return nil
        }
        guard frames[innermost].isMapping else {
            frames[innermost].items.append(node)
            return nil
        }
        guard let key = frames[innermost].key else {
            guard case .scalar(let scalar) = node.kind else { return node.position }
            frames[innermost].key = (scalar.text, node.position)
            return nil
        }
        frames[innermost].entries.append(.init(key: key.text, keyPosition: key.position, value: node))
        frames[innermost].key = nil
        return nil
    }
}
