import ArgumentParser
import Dispatch
import Foundation

/// What a shell may propose for a word that is being typed.
///
/// It is asked at each press of a key: from files on this machine alone, in little time, and without a word where
/// anything is wrong.
struct Completion {
    private let line: TypedLine
    private let files: CompletionFiles

    private init(_ words: [String], _ index: Int) {
        line = TypedLine(words: words, index: index)
        files = CompletionFiles(line: line, environment: ProcessInfo.processInfo.environment)
    }

    /// Tasks of the vault, by name or, where there is none that a shell can take, by id.
    static let tasks = CompletionKind.custom { words, index, _ in
        let asked = Completion(words, index)
        let tasks = asked.files.tasks
        let names = tasks.map { $0.name.isEmpty ? $0.task : $0.name }
        return asked.fitting(asked.line.word.isEmpty ? names : names + tasks.map(\.task))
    }

    /// Jobs that have files, and those that ran.
    static let jobs = CompletionKind.custom { words, index, _ in
        let asked = Completion(words, index)
        return asked.fitting(asked.files.jobs)
    }

    /// Accounts of accounts.yaml.
    static let accounts = CompletionKind.custom { words, index, _ in
        let asked = Completion(words, index)
        return asked.fitting(asked.files.accounts)
    }

    /// Names of time zones.
    static let zones = CompletionKind.custom { words, index, _ in
        Completion(words, index).fitting(TimeZone.knownTimeZoneIdentifiers)
    }

    /// Those that begin with what was typed, each once, as far as every shell takes them for what they are.
    private func fitting(_ values: [String]) -> [String] {
        var seen: Set<String> = []
        var fitting: [String] = []
        for value in values where value.hasPrefix(line.word) && value.isPlainInShells {
            guard fitting.count < Self.most else { break }
            if seen.insert(value).inserted { fitting.append(value) }
        }
        return fitting
    }

    private static let most = 1000

    /// Ends the process when an answer takes longer than a person waits for one, as on a disk that hangs.
    static func limitTime() {
        DispatchQueue.global().asyncAfter(deadline: .now() + 2) { _exit(0) }
    }
}
