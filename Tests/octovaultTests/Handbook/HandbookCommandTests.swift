import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import octovault

/// What the README and the handbook say of commands is what the parser takes.
@Suite struct HandbookCommandTests {
    private static let tree = CommandTree.shared
    /// What every command has, and no row of the reference repeats.
    private static let common: Set<String> = [
        "--vault", "--json", "--quiet", "--log-level", "--log-format", "--account", "--jobs", "--catalog", "--version",
        "--help",
        "-h",
        "--out",
    ]
    /// Options of other programs that the pages name.
    private static let foreign: Set<String> = [
        "--explicit-target-dependency-import-check", "--static-swift-stdlib", "--filter", "--skip-build", "--skip",
        "--build-tests", "--strict", "--recursive", "--parallel", "--rounds", "--rows",
    ]

    @Test(arguments: Sampling.quick(3, of: try HandbookPage.all()))
    func everyCommandShownIsTakenByTheParser(page: HandbookPage) throws {
        let shown = page.blocks("sh", "console", "text").map { block in
            let prompts = block.split(separator: "\n").filter { $0.hasPrefix("$ ") }
            return prompts.isEmpty ? block : prompts.joined(separator: "\n")
        }
        for words in Sampling.quick(3, of: shown.flatMap { ShellText($0).commands }) {
            do {
                _ = try OctovaultCommand.parseAsRoot(Array(words.dropFirst()))
            } catch {
                Issue.record("\(page): \(words.joined(separator: " ")): \(OctovaultCommand.message(for: error))")
            }
        }
    }

    @Test(arguments: Sampling.quick(3, of: try HandbookPage.all()))
    func everyCommandAndOptionNamedIsOneOfTheProgram(page: HandbookPage) throws {
        let codes = page.codes
        for code in codes where code.hasPrefix("octovault ") {
            let words = Self.words(code)
            guard words.count > 1, words[1].first?.isLowercase == true, words[1] != "help" else { continue }
            guard let command = Self.tree.command(words) else {
                Issue.record("\(page): there is no command '\(code)'")
                continue
            }
            let options = Self.tree.options(of: command)
            for option in Self.options(in: code) where !options.contains(option) {
                Issue.record("\(page): \(command.name) has no option \(option)")
            }
        }
        let known = Self.tree.allOptions.union(Self.foreign)
        for code in codes where code.hasPrefix("--") {
            for option in Self.options(in: code) where !known.contains(option) {
                Issue.record("\(page): no command has an option \(option)")
            }
        }
    }

    @Test func theReferenceNamesEveryCommandAndEachOfItsOptions() throws {
        let rows = try HandbookPage("contrib/handbook/cli.md").section("Commands").table("command", "does")
        let usages = rows.flatMap { row in row[0].matches(of: #/`([^`]+)`/#).map { String($0.1) } }
        for command in Self.tree.commands {
            let own = usages.filter { Self.tree.command(Self.words($0))?.name == command.name }
            #expect(!own.isEmpty, "\(command.name) is not in the reference")
            let named = Set(own.flatMap { Self.options(in: $0) })
            let missing = Self.tree.options(of: command).subtracting(Self.common).subtracting(named)
            #expect(missing.isEmpty, "\(command.name): \(missing.sorted())")
        }
    }

    /// The words of a usage line, without brackets.
    private static func words(_ usage: String) -> [String] {
        usage.split { " []|".contains($0) }.map(String.init)
    }

    private static func options(in usage: String) -> [String] {
        usage.matches(of: #/(?:^|[ \[|])(--?[A-Za-z][a-z-]*)/#).map { String($0.1) }
    }
}
