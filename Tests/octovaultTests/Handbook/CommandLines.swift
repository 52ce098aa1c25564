import ArgumentParser
import Foundation
import TestSupport

@testable import octovault

/// The commands of the program, as the parser knows them.
struct CommandTree: Sendable {
    typealias Command = (name: String, type: any ParsableCommand.Type)

    static let shared = CommandTree()

    /// A command's name, with those of the commands above it, and its type.
    let commands: [Command]
    private let optionsByName: [String: Set<String>]
    let allOptions: Set<String>

    private init() {
        commands = Self.walk(OctovaultCommand.self, above: "")
        optionsByName = Dictionary(uniqueKeysWithValues: commands.map { ($0.name, Self.options(in: $0.type)) })
        allOptions = optionsByName.values.reduce(into: []) { $0.formUnion($1) }
    }

    private static func walk(
        _ type: any ParsableCommand.Type, above: String
    ) -> [Command] {
        let name = above + (type.configuration.commandName ?? "")
        let subcommands = type.configuration.subcommands
        return (subcommands.isEmpty ? [(name, type)] : []) + subcommands.flatMap { walk($0, above: "\(name) ") }
    }

    /// The options of a command: every spelling that its help lists.
    func options(of command: Command) -> Set<String> { optionsByName[command.name] ?? [] }

    private static func options(in type: any ParsableCommand.Type) -> Set<String> {
        let help = OctovaultCommand.helpMessage(for: type)
        let lines = help.split(separator: "\n").filter { $0.hasPrefix("  -") }
        return Set(lines.flatMap { line in line.matches(of: #/(?:^| )(--?[A-Za-z][a-z-]*)/#).map { String($0.1) } })
    }

    /// The command that words begin with, the program's name first.
    func command(_ words: [String]) -> Command? {
        commands.filter {
            Array(words.prefix($0.name.split(separator: " ").count)) == $0.name.split(separator: " ").map(String.init)
        }
        .max { $0.name.count < $1.name.count }
    }
}

/// The octovault commands in a piece of shell text, each as its words.
///
/// Understands what the documentation uses: quotes, comments, pipes, lists, redirections, variables in front.
struct ShellText {
    private(set) var commands: [[String]] = []

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            var words: [String] = []
            for word in Self.words(String(line)) {
                if ["|", "||", "&&", ";", "&"].contains(word) {
                    add(words)
                    words = []
                } else {
                    words.append(word)
                }
            }
            add(words)
        }
    }

    private mutating func add(_ words: [String]) {
        guard let start = words.firstIndex(of: "octovault"),
            words[..<start].allSatisfy({ $0.contains("=") || ["sudo", "$", "exec"].contains($0) })
        else { return }
        commands.append(Array(words[start...].prefix { $0 != ">" && $0 != "2>" && $0 != ">>" }))
    }

    private static func words(_ line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
                continue
            }
            switch character {
            case "'", "\"":
                quote = character
                word = word ?? ""
            case " ":
                if let whole = word { words.append(whole) }
                word = nil
            case "#" where word == nil: return words
            case ";", "|", "&":
                if let whole = word, whole != "|", whole != "&" {
                    words.append(whole)
                    word = String(character)
                } else {
                    word = (word ?? "") + String(character)
                }
            default:
                if let whole = word, ["|", "&", ";", "||", "&&"].contains(whole) {
                    words.append(whole)
                    word = ""
                }
                word = (word ?? "") + String(character)
            }
        }
        if let whole = word { words.append(whole) }
        return words
    }
}
