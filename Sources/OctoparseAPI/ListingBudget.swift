/// What a listing of an account's groups and tasks may come to. Each group is asked for on its own, so that a server
/// could keep a client busy, and fill its memory, by naming ever more of them.
package struct ListingBudget: Sendable {
    /// The most groups that are asked one by one: at five requests a second, half an hour.
    package static let mostGroups = 10_000
    /// The most tasks in all groups together.
    package static let mostTasks = 1_000_000
    /// The most bytes of their ids and names.
    package static let mostBytes = 256 << 20

    private let host: String
    private var tasks = 0
    private var bytes = 0

    /// - Parameter host: names the server in errors.
    package init(host: String) {
        self.host = host
    }

    /// Groups that are to be asked one by one.
    ///
    /// - Throws: ``APIError/Code/tooLarge``.
    package func check(_ groups: [TaskGroup]) throws(APIError) {
        guard groups.count > Self.mostGroups else { return }
        throw APIError(
            .tooLarge,
            "\(host) lists \(groups.count) task groups, and no more than \(Self.mostGroups) are asked one by one",
            hint: "name the groups that are wanted")
    }

    /// The tasks that a group turned out to have.
    ///
    /// - Throws: ``APIError/Code/tooLarge``.
    package mutating func add(_ listed: [RemoteTask]) throws(APIError) {
        tasks += listed.count
        for task in listed { bytes += task.id.utf8.count + task.name.utf8.count }
        guard tasks > Self.mostTasks || bytes > Self.mostBytes else { return }
        throw APIError(
            .tooLarge,
            "\(host) lists \(tasks) tasks in \(bytes) bytes, and no more than \(Self.mostTasks) in \(Self.mostBytes) bytes "
                + "are taken",
            hint: "name the groups that are wanted")
    }
}
