import Foundation
import TestSupport
import Testing

/// Files, folders, tests and variables that the README and the handbook name are there.
@Suite struct HandbookNamesTests {
    private static let tops = ["Sources", "Tests", "contrib", "jobs", ".ci"]

    /// What is below `Sources` and `Tests`: the files' names, and every word of the Swift files.
    private static let sources: (names: Set<String>, words: Set<[UInt8]>) = {
        var names: Set<String> = []
        var words: Set<[UInt8]> = []
        for top in ["Sources", "Tests"] {
            let root = "\(HandbookPage.repository)/\(top)"
            for case let path as String in FileManager.default.enumerator(atPath: root) ?? .init() {
                names.insert(String(path.split(separator: "/").last ?? ""))
                guard path.hasSuffix(".swift"), let data = FileManager.default.contents(atPath: "\(root)/\(path)")
                else {
                    continue
                }
                [UInt8](data).withUnsafeBytes { addWords(of: $0, to: &words) }
            }
        }
        return (names, words)
    }()

    private static func addWords(of text: UnsafeRawBufferPointer, to words: inout Set<[UInt8]>) {
        var start = 0
        for end in 0...text.count where end == text.count || !isOfWord(text[end]) {
            if end > start { words.insert(Array(text[start..<end])) }
            start = end + 1
        }
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func knows(_ word: some StringProtocol) -> Bool { sources.words.contains(Array(word.utf8)) }

    private static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(HandbookPage.repository)/\(path)")
    }

    @Test(arguments: Sampling.quick(3, of: try HandbookPage.all()))
    func everyPathNamedIsThere(page: HandbookPage) throws {
        let targets = try FileManager.default.contentsOfDirectory(atPath: "\(HandbookPage.repository)/Sources")
        for code in page.codes where code.wholeMatch(of: #/[A-Za-z.][\w.+-]*(/[\w.+-]+)*/?/#) != nil {
            let top = String(code.prefix { $0 != "/" })
            if Self.tops.contains(top), code.contains("/") {
                #expect(Self.exists(code), "\(page): \(code) is not there")
            } else if targets.contains(top), code.contains("/") {
                #expect(Self.exists("Sources/\(code)"), "\(page): Sources/\(code) is not there")
            } else if code.hasSuffix(".swift") {
                let isThere = Self.sources.names.contains(String(code.split(separator: "/").last ?? ""))
                #expect(isThere, "\(page): there is no file \(code)")
            }
        }
    }

    @Test(arguments: Sampling.quick(3, of: try HandbookPage.all()))
    func everyLinkLeadsSomewhere(page: HandbookPage) throws {
        let folder = page.path.split(separator: "/").dropLast().joined(separator: "/")
        for link in page.prose.matches(of: #/\]\(([^)\s]+)\)/#).map({ String($0.1) }) where !link.hasPrefix("http") {
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let path = parts[0].isEmpty ? page.path : folder.isEmpty ? parts[0] : "\(folder)/\(parts[0])"
            #expect(Self.exists(path), "\(page): \(link) leads nowhere")
            guard parts.count > 1, Self.exists(path) else { continue }
            let url = URL(fileURLWithPath: "\(HandbookPage.repository)/\(path)")
            let target = HandbookPage(path: path, text: try String(contentsOf: url, encoding: .utf8))
            #expect(target.anchors.contains(parts[1]), "\(page): \(link) names no heading")
        }
    }

    @Test func everyPromiseNamesTestsThatAreThere() throws {
        let rows = try HandbookPage("contrib/handbook/contributing.md").table("promise", "test")
        #expect(rows.count > 20)
        for row in rows {
            let tests = row[1].matches(of: #/`(\w+)`/#).map { String($0.1) }
            #expect(!tests.isEmpty, "\(row[0])")
            for test in tests {
                let isThere = Self.knows(test)
                #expect(isThere, "there is no test \(test)")
            }
        }
    }

    @Test(arguments: Sampling.quick(3, of: try HandbookPage.all()))
    func everySuiteAndVariableNamedIsThere(page: HandbookPage) throws {
        for name in page.codes where name.wholeMatch(of: #/[A-Z]\w+Tests/#) != nil {
            let isSuite = Self.knows(name) || Self.exists("Tests/\(name)")
            #expect(isSuite, "\(page): there is no suite \(name)")
        }
        for match in page.text.matches(of: #/\bOCTO(?:VAULT|PARSE)_[A-Z_]+\b/#) {
            let isRead = Self.knows(match.0)
            #expect(isRead, "\(page): nothing reads \(match.0)")
        }
    }

    @Test func theReadMeIsShortAndHasTwoCommandsToBeginWith() throws {
        let page = try HandbookPage("README.md")
        #expect(page.text.split(separator: "\n", omittingEmptySubsequences: false).count <= 201)
        let setUp = "apt-get update && apt-get install -y libz-dev libsqlite3-dev libssl-dev && "
        let shown: [String] = page.blocks("sh").flatMap { $0.split(separator: "\n").map(String.init) }
        let first = shown.filter { $0.contains("apt-get") }
        #expect(first == ["\(setUp)swift run octovault demo", "\(setUp)swift test"])
    }
}
