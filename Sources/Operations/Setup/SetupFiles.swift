import Foundation
import Jobs

/// The files that `octovault init` writes, as texts.
struct SetupFiles: Sendable, Hashable {
    let accounts: String
    let job: String

    /// - Parameters:
    ///   - existing: the file of accounts as it is; empty where there is none.
    ///   - account: the account's keys and values, in order.
    ///   - name: the account's name.
    static func accounts(_ existing: String, _ name: String, _ account: [EffectiveValue.Entry]) -> String {
        let block = EffectiveValue.mapping([.init(name, .mapping(account))]).yaml
        guard !existing.isEmpty else {
            return "# Accounts by name; the passwords are in files of their own that only their owner may read.\n"
                + block
        }
        // Of lines that end as on Windows, the end is one character.
        var lines = existing.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        if lines.last == "" { lines.removeLast() }
        guard let first = lines.firstIndex(where: { key(of: $0) == name }) else {
            return lines.joined(separator: "\n") + "\n" + block
        }
        // The block ends where the next line begins at the margin; comments above that one are its own.
        var end = first + 1
        while end < lines.count, lines[end].isEmpty || lines[end].first == " " { end += 1 }
        while end > first + 1, lines[end - 1].isEmpty { end -= 1 }
        lines.replaceSubrange(first..<end, with: block.split(separator: "\n").map(String.init))
        return lines.joined(separator: "\n") + "\n"
    }

    /// The key of a line that begins a block; nil for every other line.
    private static func key(of line: String) -> String? {
        guard let first = line.first, ![" ", "#", "-"].contains(first) else { return nil }
        guard first == "\"" || first == "'" else { return line.firstIndex(of: ":").map { String(line[..<$0]) } }
        let rest = line.dropFirst()
        return rest.firstIndex(of: first).map { String(rest[..<$0]) }
    }

    /// - Parameters:
    ///   - tasks: each with its name, for the comment.
    ///   - window: nil for an account whose API knows no windows, as `start`.
    ///   - why: the sentence on which the window and the schedule rest; nil where they were asked for.
    static func job(
        account: String, tasks: [(id: String, name: String)], schedule: String, window: String?, start: String?,
        why: String?
    ) -> String {
        func word(_ text: String) -> String {
            let line = EffectiveValue.mapping([.init("k", .text(text))]).yaml
            return String(line.dropFirst(3)).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        var lines = ["# What is backed up, when, and in which windows. Change what you like: octovault jobs check"]
        if account != JobDefaults.account { lines.append("account: \(word(account)) # from accounts.yaml") }
        lines.append("tasks:")
        lines += tasks.map { task in
            let name = task.name.printable
            return "  - \(word(task.id))" + (name.isEmpty ? "" : " # \(name.prefix(80))")
        }
        if let why { lines.append("# \(why)") }
        lines.append("schedule: \(word(schedule)) # cron; H is a minute drawn from the job's name")
        if let window { lines.append("window: \(window) # how storage time is cut") }
        if let start { lines.append("start: \(start) # where a task begins that was never backed up") }
        if window != nil {
            lines.append("recheck: 48h # how long windows are counted again, for rows that come late")
        } else {
            lines.append("source: increments # the rows that came since the last run")
            lines.append("recheck: 7d # how often all rows are read again from the first one on")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
