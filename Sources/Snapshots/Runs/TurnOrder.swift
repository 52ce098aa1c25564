/// Whose turn it is: tasks take turns, so that one with a year to catch up does not hold up one with an hour.
///
/// A turn is a batch of ``longest`` windows, which are asked for in order and share their closing count. The last task
/// left takes all the rest, in turns of ``mostWindows``.
struct TurnOrder: Sendable {
    struct Turn: Sendable, Hashable {
        /// The task's place in the job.
        let task: Int
        /// How many windows it may take.
        let limit: Int
        /// Among how many tasks the job's requests in flight are shared.
        let sharers: Int
        /// Whether another process had the task the last time.
        let isRetry: Bool
    }

    /// How a turn ended.
    enum Ending: Sendable, Hashable {
        /// Nothing is left to do for the task.
        case done
        /// There are more windows.
        case more
        /// Another process has the task.
        case held
    }

    static let longest = TaskSession.longestStretch
    /// How many windows the last task left takes in a turn: a plan is held in memory, and a task may be owed many
    /// millions.
    static let mostWindows = 65_536

    private var queue: [Int]
    /// Tasks that another process has; tried again when nobody else waits.
    private(set) var held: [Int] = []
    private var running: Set<Int> = []

    init(tasks: Int) {
        queue = Array((0..<tasks).reversed())
    }

    /// The tasks that are not done.
    var unfinished: [Int] { (queue + held + running).sorted() }

    /// The next turn; nil while all tasks left have one, or none is left.
    mutating func next() -> Turn? {
        var isRetry = false
        if queue.isEmpty {
            // Tasks that are held are asked for when no other turn is running, all of them in a row.
            guard running.isEmpty else { return nil }
            queue = held.reversed()
            held = []
            isRetry = true
        }
        guard let task = queue.popLast() else { return nil }
        running.insert(task)
        let isAlone = queue.isEmpty && held.isEmpty && running.count == 1
        return Turn(
            task: task, limit: isAlone ? Self.mostWindows : Self.longest, sharers: queue.count + running.count,
            isRetry: isRetry)
    }

    mutating func end(_ task: Int, _ ending: Ending) {
        guard running.remove(task) != nil else { return }
        switch ending {
        case .done: break
        case .more: queue.insert(task, at: 0)
        case .held: held.append(task)
        }
    }
}
