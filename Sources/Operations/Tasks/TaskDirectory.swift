package import Archive
import Catalog
import Jobs
import Spelling
package import Vault

/// The tasks that a word on the command line may stand for, by their ids and names.
package struct TaskDirectory: Sendable {
    package struct Entry: Sendable, Hashable {
        package let task: TaskID
        /// Empty where it is not known.
        package let name: String

        package init(task: TaskID, name: String) {
            self.task = task
            self.name = name
        }
    }

    /// Each task once, by id.
    package let entries: [Entry]
    /// What holds these tasks, for messages: `the vault`, `this account`.
    private let place: String

    package init(_ entries: some Sequence<Entry>, place: String) {
        let names = Dictionary(entries.map { ($0.task, $0.name) }) { $0.isEmpty ? $1 : $0 }
        self.entries = names.map { Entry(task: $0.key, name: $0.value) }.sorted { $0.task < $1.task }
        self.place = place
    }

    /// Whether `text` is a task's whole id.
    package func contains(id text: String) -> Bool {
        (try? TaskID(text)).map { task in entries.contains { $0.task == task } } ?? false
    }

    /// The task that a word stands for: an id; else a name, as it is written or in other case; else the beginning of
    /// one id. Nil where it stands for none.
    ///
    /// - Throws: ``Problem`` with code `ambiguous-task` where it stands for several, which the hint lists.
    package func find(_ text: String) throws -> TaskID? {
        guard !text.isEmpty else { return nil }
        if let task = try? TaskID(text), entries.contains(where: { $0.task == task }) { return task }
        let folded = text.lowercased()
        let rules: [(Entry) -> Bool] = [
            { $0.name == text }, { $0.name.lowercased() == folded }, { $0.task.text.hasPrefix(text) },
            { $0.task.text.lowercased().hasPrefix(folded) },
        ]
        for rule in rules {
            let found = entries.filter(rule)
            if found.count == 1 { return found[0].task }
            guard found.isEmpty else {
                let shown = found.prefix(Self.mostNamed).map(Self.shown).joined(separator: ", ")
                let more = found.count > Self.mostNamed ? " and \(found.count - Self.mostNamed) more" : ""
                throw Problem(
                    .usage, code: "ambiguous-task", "'\(text)' stands for \(found.count) tasks",
                    hint: "name one by its id: \(shown)\(more)")
            }
        }
        return nil
    }

    /// The tasks that words stand for, each once, in the order given; a word that stands for none is taken for an id.
    ///
    /// - Throws: ``Problem`` with status `usage` for a word that stands for several tasks, or can be no id.
    package func tasks(named words: [String]) throws -> [TaskID] {
        try TaskID.distinct(words) { try find($0) ?? TaskID.parsed($0) }
    }

    /// What to say of a word that stands for no task.
    package func unknown(_ text: String) -> Problem {
        var hint = "`octovault status` lists the tasks of a vault, and `octovault tasks` those of an account"
        let near = near(text)
        if !near.isEmpty {
            let shown = near.map(Self.shown)
            hint = "did you mean \(shown.count > 1 ? "one of these: " : "")\(shown.joined(separator: ", "))?"
        } else if !entries.isEmpty, entries.count <= Self.mostNamed {
            hint = "there is \(entries.map(Self.shown).joined(separator: ", "))"
        }
        return Problem(.usage, code: "unknown-task", "no task '\(text)' in \(place)", hint: hint)
    }

    /// Tasks that may be meant: those whose id or name is nearest to `text`, or has it or a word near to it in it.
    private func near(_ text: String) -> [Entry] {
        let words = entries.flatMap { [$0.task.text, $0.name] }.filter { !$0.isEmpty }
        if let word = NearestName.of(text, among: words) {
            return Array(entries.filter { $0.task.text == word || $0.name == word }.prefix(Self.mostNear))
        }
        let wanted = text.lowercased()
        guard wanted.count >= 3 else { return [] }
        let having = entries.filter {
            $0.name.lowercased().contains(wanted) || $0.task.text.lowercased().contains(wanted)
        }
        guard having.isEmpty else { return Array(having.prefix(Self.mostNear)) }
        return Array(
            entries.lazy.filter { entry in
                NearestName.of(wanted, among: entry.name.split { !$0.isLetter && !$0.isNumber }.map(String.init)) != nil
            }.prefix(Self.mostNear))
    }

    private static let mostNear = 3

    private static func shown(_ entry: Entry) -> String {
        entry.name.isEmpty || entry.name == entry.task.text ? entry.task.text : "\(entry.task) (\(entry.name))"
    }

    private static let mostNamed = 8
}

extension SnapshotVault {
    /// The tasks that the vault holds anything of.
    ///
    /// - Parameter isFresh: whether folders are looked at that changed since they were indexed; whoever takes a task
    ///   next does so anyway.
    package func directory(isFresh: Bool = true) throws -> TaskDirectory {
        let known = try isFresh ? series() : catalog.series()
        let named = known.compactMap { series in
            (try? TaskID(series.task)).map { TaskDirectory.Entry(task: $0, name: series.name) }
        }
        let stored = try storedTasks().map { TaskDirectory.Entry(task: $0, name: "") }
        return TaskDirectory(named + stored, place: "the vault")
    }

    /// The tasks whose whole ids the words are, each once, in the order given; nil where one is not the id of a task
    /// that the index knows. An id goes before all else that a word may stand for, so that nothing else need be read.
    func heldTasks(withIDs words: [String]) throws -> [TaskID]? {
        var tasks: [TaskID] = []
        for word in words {
            guard let task = try? TaskID(word), try !catalog.series(tasks: [task.text]).isEmpty else { return nil }
            tasks.append(task)
        }
        return TaskID.distinct(tasks)
    }

    /// The tasks that words on the command line stand for, each once, in the order given.
    ///
    /// - Throws: ``Problem`` with status `usage` for a word that stands for several tasks, or for none.
    package func tasks(named words: [String]) throws -> [TaskID] {
        guard !words.isEmpty else { return [] }
        if let tasks = try heldTasks(withIDs: words) { return tasks }
        let directory = try directory()
        return try TaskID.distinct(words) { word in
            guard let task = try directory.find(word) else {
                _ = try TaskID.parsed(word)
                throw directory.unknown(word)
            }
            return task
        }
    }
}

extension TaskID {
    /// A task's id as it is written.
    ///
    /// - Throws: ``Problem`` with status `usage`.
    package static func parsed(_ text: String) throws -> TaskID {
        do {
            return try TaskID(text)
        } catch {
            throw Problem.usage("'\(text)' is not a task id: \(error.message)", hint: error.hint)
        }
    }

    /// What each word stands for, each task once, in the order given.
    package static func distinct(_ words: [String], _ find: (String) throws -> TaskID) rethrows -> [TaskID] {
        distinct(try words.map(find))
    }

    /// Each task once, in the order given.
    package static func distinct(_ tasks: [TaskID]) -> [TaskID] {
        var seen: Set<TaskID> = []
        return tasks.filter { seen.insert($0).inserted }
    }
}
