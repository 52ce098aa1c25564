import Foundation
import Operations

/// Questions asked on a terminal, and their answers.
struct Prompt {
    /// Whether there is somebody to ask: standard input and standard error are a terminal.
    static var isPossible: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// How often a question is asked again before it is given up.
    private static let attempts = 5

    /// The answer; the proposal where it is empty.
    ///
    /// - Parameter isNeeded: asks again where the answer is empty and nothing is proposed.
    /// - Throws: ``Problem`` at the end of input.
    func ask(_ question: String, proposal: String? = nil, isNeeded: Bool = true) throws -> String {
        for _ in 0..<Self.attempts {
            write(question + (proposal.map { " [\($0.printable)]" } ?? "") + ": ")
            let answer = try line()
            if !answer.isEmpty { return answer }
            if let proposal { return proposal }
            if !isNeeded { return "" }
        }
        throw Self.ended
    }

    /// An answer that is not shown while it is typed.
    func askSecret(_ question: String) throws -> String {
        var settings = termios()
        let canHide = tcgetattr(STDIN_FILENO, &settings) == 0
        var hidden = settings
        hidden.c_lflag &= ~tcflag_t(ECHO)
        if canHide { tcsetattr(STDIN_FILENO, TCSANOW, &hidden) }
        defer {
            if canHide {
                tcsetattr(STDIN_FILENO, TCSANOW, &settings)
                write("\n")
            }
        }
        for _ in 0..<Self.attempts {
            write(question + " (not shown): ")
            let answer = try line()
            if !answer.isEmpty { return answer }
        }
        throw Self.ended
    }

    /// Whether the answer is yes; an empty one is.
    func confirm(_ question: String) throws -> Bool {
        ["y", "yes"].contains(try ask(question, proposal: "yes").lowercased())
    }

    /// The numbers chosen from a list of so many, from 1: `1,3-5`, or `all`.
    func choose(_ question: String, of count: Int) throws -> [Int] {
        for _ in 0..<Self.attempts {
            if let chosen = Self.numbers(try ask(question, proposal: count == 1 ? "1" : "all"), count) { return chosen }
            write("  write numbers from 1 to \(count) as 1,3-5, or 'all'\n")
        }
        throw Self.ended
    }

    /// What an answer to ``choose(_:of:)`` means; nil where it means nothing.
    static func numbers(_ answer: String, _ count: Int) -> [Int]? {
        if answer.lowercased() == "all" { return Array(1...max(1, count)) }
        var chosen: [Int] = []
        for part in answer.split(whereSeparator: { $0 == "," || $0 == " " }) {
            let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let first = bounds.first ?? nil, let last = bounds.count == 2 ? bounds[1] : first,
                bounds.count <= 2, first >= 1, last >= first, last <= count
            else { return nil }
            chosen += (first...last).filter { !chosen.contains($0) }
        }
        return chosen.isEmpty ? nil : chosen
    }

    private static let ended = Problem.usage(
        "the questions were not answered", hint: "give the answers as flags: octovault help init")

    private func write(_ text: String) {
        try? Terminal.write(Array(text.utf8), to: STDERR_FILENO)
    }

    private func line() throws -> String {
        guard let line = readLine() else { throw Self.ended }
        return line.trimmingCharacters(in: .whitespaces)
    }
}
