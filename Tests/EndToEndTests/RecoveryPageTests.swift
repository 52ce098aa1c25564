import Foundation
import TestSupport
import Testing

/// The handbook's page on recovery: each case is brought about on a sandbox, and its commands say what the page says.
///
/// `OCTOVAULT_HANDBOOK=write` writes what they say into the page.
@Suite struct RecoveryPageTests {
    private static let path = "contrib/handbook/recovery.md"

    @Test func everyCaseGoesAsThePageSays() async throws {
        let page = try HandbookPage(Self.path)
        let parts = page.text.split(separator: #/(?m)^(?=## )/#, omittingEmptySubsequences: false).map(String.init)
        let played = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for (index, part) in parts.enumerated() {
                group.addTask { (index, part.contains("```console") ? try await RecoveryCase(part).play() : part) }
            }
            return try await group.reduce(into: parts) { $0[$1.0] = $1.1 }
        }
        if ProcessInfo.processInfo.environment["OCTOVAULT_HANDBOOK"] == "write" {
            try played.joined().write(
                toFile: "\(HandbookPage.repository)/\(Self.path)", atomically: true, encoding: .utf8)
        }
        #expect(played.count > 15)
        for (shown, seen) in zip(parts, played) { #expect(RecoveryCase.masked(shown) == RecoveryCase.masked(seen)) }
    }
}

/// A section of the page: how its situation is made, and the commands shown.
struct RecoveryCase {
    private let text: String

    init(_ text: String) { self.text = text }

    /// The section as it is when its commands are run now.
    func play() async throws -> String {
        var program = try Program()
        let product = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
        program.variables["PATH"] = "\(product):/usr/bin:/bin"
        program.variables["OCTOPARSE_BASE_URL"] = nil
        let outcome = try await program.shell("bash", "-c", script)
        var outputs = outcome.output.split(separator: #/(?m)^@@@\n/#, omittingEmptySubsequences: false).dropFirst()
        guard outputs.count == commands.count else {
            Issue.record("\(text.prefix(40)): the set-up failed: \(outcome.output)\(outcome.errors)")
            return text
        }
        let shown = text.replacing(#/(?ms)^```console\n(.*?)^```$/#) { block in
            let lines = block.1.split(separator: "\n").filter { $0.hasPrefix("$ ") }
            return "```console\n" + lines.map { "\($0)\n\(outputs.removeFirst())" }.joined() + "```"
        }
        return Self.anonymous(shown, folder: program.folder.path)
    }

    private var commands: [String] {
        text.matches(of: #/(?ms)^```console\n(.*?)^```$/#).flatMap { block in
            block.1.split(separator: "\n").filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
        }
    }

    private var script: String {
        let prelude = "\(HandbookPage.repository)/Tests/Fixtures/handbook/prelude.sh"
        let setUp = text.firstMatch(of: #/(?ms)<!-- set-up\n(.*?)^-->$/#).map { String($0.1) } ?? ""
        let steps = commands.map { command in
            "echo @@@\n{ \(command)\n} 2>&1\nstatus=$?; [ $status -eq 0 ] || echo \"(exit $status)\"\n"
        }
        return "set -e\n. \(prelude)\n\(setUp)\nset +e\n" + steps.joined()
    }

    /// Without what is this run's own: the folder, and the servers' names.
    private static func anonymous(_ text: String, folder: String) -> String {
        var names = ["dataapi.octoparse.com", "dataapi.bazhuayu.com"]
        var known: [Substring: String] = [:]
        return text.replacingOccurrences(of: folder, with: "/srv").replacing(#/127\.0\.0\.1:\d+/#) { match in
            if known[match.0] == nil { known[match.0] = names.isEmpty ? "another host" : names.removeFirst() }
            return known[match.0] ?? ""
        }
    }

    /// Without what differs from run to run and from machine to machine.
    static func masked(_ text: String) -> String {
        text.replacing(#/(?m)^\[[#.]{20}\].*\n/#, with: "")
            .replacing(#/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{8}T\d{6}Z/#, with: "INSTANT")
            .replacing(#/[\d,]+ (bytes|requests)/#) { "N \($0.1)" }
            .replacing(#/\d+\.\d s/#, with: "N s")
            .replacing(#/(?m)^(  (?:open|newest)    ).*$/#) { "\($0.1)…" }
            .replacing(#/(?m)(the gzip member is damaged: ).*$/#) { "\($0.1)…" }
    }
}
