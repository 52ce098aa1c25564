import ArgumentParser
import Foundation
import Operations
import TestSupport
import Testing

@testable import octovault

/// What man pages are made of: the commands' own words, and the examples of `contrib/debian/examples.txt`.
@Suite struct ManualTests {
    /// The lines of each command, comments aside.
    private static func examples() throws -> [String: [String]] {
        let path = "\(HandbookPage.repository)/contrib/debian/examples.txt"
        var found: [String: [String]] = [:]
        var command = ""
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            if let heading = line.wholeMatch(of: #/\[(.+)\]/#) {
                command = String(heading.1)
            } else if !line.hasPrefix("#") {
                found[command, default: []].append(String(line))
            }
        }
        return found
    }

    @Test func everyCommandHasExamplesThatTheParserTakes() throws {
        let examples = try Self.examples()
        for (name, _) in CommandTree.shared.commands { #expect(examples[name] != nil, "\(name) has no example") }
        for (name, lines) in Sampling.quick(8, of: examples) {
            let commands = ShellText(lines.joined(separator: "\n")).commands
            #expect(commands.contains { $0.joined(separator: " ").hasPrefix(name) }, "\(name)")
            for words in commands {
                do {
                    _ = try OctovaultCommand.parseAsRoot(Array(words.dropFirst()))
                } catch {
                    Issue.record("\(words.joined(separator: " ")): \(OctovaultCommand.message(for: error))")
                }
            }
        }
    }

    @Test func everyCommandTellsItsExitStatuses() throws {
        for (name, type) in CommandTree.shared.commands {
            let told = type.configuration.discussion.split(separator: "EXIT STATUS", maxSplits: 1).last ?? ""
            let statuses = told.matches(of: #/(?m)(?:^|[·:])\s*([0-9]+) /#).compactMap { Int32(String($0.1)) }
            let known = statuses.allSatisfy { Operations.ExitStatus(rawValue: $0) != nil }
            #expect(statuses.first == 0 && statuses.count > 1 && known, "\(name): \(statuses)")
        }
    }
}
