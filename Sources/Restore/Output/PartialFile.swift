import Archive

/// Names of files that become others once they are whole.
enum PartialFile {
    /// A path in the folder of `path` that nobody can guess, so that nobody who may write to the folder has put
    /// anything there; at most 110 bytes long, however long the name that it stands for.
    static func path(for path: String) -> String {
        var random = SystemRandomNumberGenerator()
        let words = (0..<2).map { _ in random.next() as UInt64 }
        let code = words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        var name = PathText.name(of: path)
        while name.utf8.count > 64 { name.removeLast() }
        return PathText.join(PathText.parent(of: path), ".\(name).\(code.joined()).partial")
    }
}
