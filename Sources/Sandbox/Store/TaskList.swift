import Foundation

/// The tasks, their rows, and the groups that list them.
struct TaskList: Sendable {
    struct Task: Sendable {
        let id: String
        let name: String
        var table: RowTable
        var feed: LiveFeed
        /// The rows that live rows repeat: those at the start.
        let sample: RowTable
    }

    /// The group of tasks that no other group lists, as the vendor's example numbers it.
    static let defaultGroup = (id: "84", name: "Samples")

    private(set) var tasks: [Task] = []
    private var places: [String: Int] = [:]
    private var removed: Set<Int> = []
    let groups: [GroupSpecification]
    private let configuration: SandboxConfiguration
    private let start: Date

    /// - Throws: ``SandboxError``, for files that cannot be read, ids given twice, and groups of unknown tasks.
    init(configuration: SandboxConfiguration) throws(SandboxError) {
        groups = configuration.groups
        self.configuration = configuration
        start = configuration.now()
        for specification in configuration.tasks.isEmpty ? [.weather] : configuration.tasks {
            guard places[specification.id] == nil else {
                throw SandboxError(.badSpecification, "two tasks have the id '\(specification.id)'")
            }
            let rows = try Self.load(specification, timeZone: configuration.timeZone)
            add(id: specification.id, name: specification.name, rows: rows)
        }
        var ids: Set<String> = []
        for group in groups {
            guard ids.insert(group.id).inserted else {
                throw SandboxError(.badSpecification, "two groups have the id '\(group.id)'")
            }
            if let unknown = group.tasks.first(where: { place(of: $0) == nil }) {
                throw SandboxError(
                    .badSpecification,
                    "the group '\(group.id)' lists the task '\(unknown)', which there is not")
            }
        }
    }

    /// Where a task is: by its id, else by an id equal but for the case of letters.
    func place(of id: String) -> Int? {
        if let place = places[id], !removed.contains(place) { return place }
        let folded = id.lowercased()
        return tasks.indices.first { !removed.contains($0) && tasks[$0].id.lowercased() == folded }
    }

    /// Changes a task's rows, making the task where there is none.
    mutating func change<R>(_ id: String, _ body: (inout RowTable) -> R) -> R {
        let place = place(of: id) ?? add(id: id, name: id, rows: RowTable())
        return body(&tasks[place].table)
    }

    /// Forgets a task, as when its owner wipes it.
    mutating func remove(_ id: String) {
        guard let place = place(of: id) else { return }
        removed.insert(place)
        tasks[place].table = RowTable()
    }

    mutating func takeUnexported(_ size: Int, ofTaskAt place: Int) -> [Int] {
        tasks[place].table.takeUnexported(size)
    }

    mutating func storingOrder(ofTaskAt place: Int) -> [Int] { tasks[place].table.placesInStoringOrder() }

    /// The oldest unexported rows, of so many bytes at most, and how many there are.
    mutating func fetchUnexported(_ size: Int, ofTaskAt place: Int, cap: Int) -> (total: Int, rows: [Int]) {
        let total = tasks[place].table.unexportedCount
        var size = size
        var bytes = 0
        for (number, row) in tasks[place].table.placesInStoringOrder()
            .filter({ !tasks[place].table.entries[$0].isExported }).prefix(size).enumerated()
        {
            bytes += Int(tasks[place].table.entries[row].length) + 1
            if bytes > cap, number > 0 {
                size = number
                break
            }
        }
        return (total, tasks[place].table.fetchUnexported(size))
    }

    mutating func mark(_ meaning: MarkMeaning, ofTaskAt place: Int) { tasks[place].table.mark(meaning) }

    /// Every group, the default one last where it has tasks or is the only one.
    var allGroups: [GroupSpecification] {
        let listed = Set(groups.flatMap(\.tasks).compactMap(place(of:)))
        let others = present.filter { !listed.contains($0) }.map { tasks[$0].id }
        if others.isEmpty, !groups.isEmpty { return groups }
        if let index = groups.firstIndex(where: { $0.id == Self.defaultGroup.id }) {
            var all = groups
            all[index].tasks += others
            return all
        }
        return groups + [
            GroupSpecification(id: Self.defaultGroup.id, name: Self.defaultGroup.name, tasks: others)
        ]
    }

    /// The places of tasks that were not removed, in order.
    var present: [Int] { tasks.indices.filter { !removed.contains($0) } }

    /// Stores each task's live rows that are due, cycling the rows it began with, and lets those expire that are too
    /// old.
    mutating func moveOn(to now: Date, timeZone: TimeZone) {
        guard configuration.liveRowsPerSecond > 0 || configuration.retention != nil else { return }
        for place in present {
            for ordinal in tasks[place].feed.due(at: now) where tasks[place].sample.count > 0 {
                let time = StoredTime(tasks[place].feed.time(of: ordinal), in: timeZone)
                let sample = tasks[place].sample
                sample.withRow(ordinal % sample.count) { tasks[place].table.insert(row: $0, at: time) }
            }
            if let retention = configuration.retention {
                // To the whole second, so that expiry changes the table once a second and not at each request.
                let oldest = StoredTime(now.addingTimeInterval(-retention), in: timeZone)
                tasks[place].table.removeFirst { $0.time.second < oldest.second }
            }
        }
    }

    @discardableResult
    private mutating func add(id: String, name: String, rows: RowTable) -> Int {
        let feed = LiveFeed(
            rate: configuration.liveRowsPerSecond, start: start, lateShare: configuration.lateShare,
            latestBy: configuration.latestBy, seed: configuration.seed)
        let sample = configuration.liveRowsPerSecond > 0 ? rows : RowTable()
        var rows = rows
        if configuration.openAPI.storesByTime { rows.storeByTime() }
        tasks.append(Task(id: id, name: name, table: rows, feed: feed, sample: sample))
        places[id] = tasks.count - 1
        return tasks.count - 1
    }

    private static func load(
        _ specification: TaskSpecification, timeZone: TimeZone
    ) throws(SandboxError) -> RowTable {
        switch specification.rows {
        case .none: RowTable()
        case .recipe(let recipe, let seed): RowTable(recipe.rows(seed: seed))
        case .file(let path, let timeKey):
            try RowFile(path: path, timeKey: timeKey, timeZone: timeZone).load()
        case .weather: try SeattleWeather.table(timeZone: timeZone)
        }
    }
}
