import Foundation

/// A page of the documentation: the README, or one of the handbook's.
package struct HandbookPage: Sendable, CustomStringConvertible {
    /// The repository's folder, found from this file's own place.
    package static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The path below the repository.
    package let path: String
    package let text: String

    package var description: String { path }

    /// The page's text without its fenced blocks of code, and without comments.
    package var prose: String {
        text.replacing(#/(?ms)^```.*?^```$/#, with: "").replacing(#/(?ms)<!--.*?-->/#, with: "")
    }

    /// The contents of the fenced blocks in one of these languages.
    package func blocks(_ languages: String...) -> [String] {
        text.matches(of: #/(?ms)^```(\w*)\n(.*?)^```$/#).filter { languages.contains(String($0.1)) }.map {
            String($0.2)
        }
    }

    /// What stands between backticks in the prose, each once, in order.
    package var codes: [String] {
        var seen: Set<String> = []
        return prose.matches(of: #/`([^`\n]+)`/#).map { String($0.1) }.filter { seen.insert($0).inserted }
    }

    /// The rows of the table whose head begins with these columns, as cells without the head and the rule below it.
    package func table(_ head: String...) -> [[String]] {
        var rows: [[String]] = []
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                isInside = false
                continue
            }
            let cells = line.replacing(#/\\\|/#, with: "\u{1}").split(separator: "|", omittingEmptySubsequences: false)
                .dropFirst().dropLast().map {
                    $0.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "\u{1}", with: "|")
                }
            if Array(cells.prefix(head.count)) == head { isInside = true } else if isInside { rows.append(cells) }
        }
        return rows.filter { !$0.allSatisfy { cell in cell.allSatisfy { "-: ".contains($0) } } }
    }

    /// The section with this heading, down to the next heading of its level or above.
    package func section(_ heading: String) -> HandbookPage {
        var lines: [Substring] = []
        var level: Int?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let marks = line.prefix { $0 == "#" }.count
            if let inside = level, marks > 0, marks <= inside { break }
            if level != nil { lines.append(line) }
            if level == nil, marks > 0, line.dropFirst(marks + 1) == heading { level = marks }
        }
        return HandbookPage(path: "\(path)#\(heading)", text: lines.joined(separator: "\n"))
    }

    /// The names by which links point to the page's headings, as GitHub makes them.
    package var anchors: Set<String> {
        Set(
            text.matches(of: #/(?m)^#+ (.+)$/#).map { match in
                match.1.lowercased().filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }
                    .replacingOccurrences(of: " ", with: "-")
            })
    }

    package init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    package init(_ path: String) throws {
        self.init(path: path, text: try String(contentsOfFile: "\(Self.repository)/\(path)", encoding: .utf8))
    }

    /// The README and every page of the handbook.
    package static func all() throws -> [HandbookPage] {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(repository)/contrib/handbook")
        return try ["README.md"].map { try HandbookPage($0) }
            + names.filter { $0.hasSuffix(".md") }.sorted().map { try HandbookPage("contrib/handbook/\($0)") }
    }
}
