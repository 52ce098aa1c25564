import Archive

/// Where a copy is: a folder of this machine, or what rclone calls a remote.
package enum RemoteName: Sendable, Hashable {
    /// An absolute path.
    case folder(String)
    /// `b2:bucket/octovault`, `:sftp,host=example.com:backup`.
    case remote(String)

    /// A name with a colon before any slash is a remote, as in rclone; any other is a folder.
    ///
    /// - Parameter workingDirectory: what relative folders are relative to.
    /// - Throws: ``CopyError/Code/badRemote``.
    package init(parsing text: String, workingDirectory: String) throws(CopyError) {
        guard !text.isEmpty, !text.utf8.contains(0), !text.hasPrefix("-"),
            !text.utf8.contains(UInt8(ascii: "\n"))
        else {
            throw CopyError(
                .badRemote, "'\(text)' names no copy",
                hint: "name a folder, or a remote of rclone such as b2:bucket/vault")
        }
        let head = text.prefix { $0 != "/" }
        guard head.contains(":") else {
            let path = text.hasPrefix("/") ? text : PathText.join(workingDirectory, text)
            self = .folder(Self.trimmed(path))
            return
        }
        self = .remote(Self.trimmed(text))
    }

    private static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while rest.count > 1, rest.hasSuffix("/"), !rest.hasSuffix(":/") { rest.removeLast() }
        return String(rest)
    }

    private static let secretWords = ["key", "pass", "secret", "token", "user", "account"]

    /// The name as it may be shown and written down: what a connection string says of keys and passwords is masked.
    package var shown: String {
        guard case .remote(let text) = self else {
            if case .folder(let path) = self { return path }
            return ""
        }
        let scalars = text.unicodeScalars
        guard scalars.first == ":" || scalars.prefix(while: { $0 != ":" }).contains(",") else { return text }
        return scalars.split(separator: ",", omittingEmptySubsequences: false).map { part -> String in
            guard let equal = part.firstIndex(of: "=") else { return String(part) }
            let key = String(part[..<equal]).lowercased()
            let isSecret = Self.secretWords.contains { (word: String) -> Bool in key.contains(word) }
            guard isSecret else { return String(part) }
            // The last value ends where the remote's path begins.
            let value = part[part.index(after: equal)...]
            let path: String = value.lastIndex(of: ":").map { String(value[$0...]) } ?? ""
            return String(part[...equal]) + "***" + path
        }.joined(separator: ",")
    }
}
