import StorageTime

/// Changes that wait for requests to come.
struct ScheduledChanges: Sendable {
    typealias Change = @Sendable (SandboxStore) -> Void

    /// Requests to the API so far.
    private var requests = 0
    /// By the request that each is due with; of equal ones the first set comes first.
    private var waiting: [(request: Int, change: Change)] = []

    /// Has a change made before the request that comes after so many others from now.
    mutating func add(after count: Int, _ change: @escaping Change) {
        let request = requests.adding(held: max(count, 0)).adding(held: 1)
        let place = waiting.firstIndex { $0.request > request } ?? waiting.count
        waiting.insert((request, change), at: place)
    }

    /// Counts a request.
    ///
    /// - Returns: the changes due with it, which then wait no more.
    mutating func due() -> [Change] {
        requests += 1
        guard let first = waiting.first, first.request <= requests else { return [] }
        let due = waiting.prefix { $0.request <= requests }
        waiting.removeFirst(due.count)
        return due.map(\.change)
    }
}
