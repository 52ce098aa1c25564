import Operations
import StorageTime

/// How far the taking of windows is, as a line that fits any screen.
struct TakingProgress: Sendable, Hashable {
    var done: Int
    /// Windows known to be taken; more may turn up.
    var planned: Int
    var rows: Int
    var requests: Int
    var elapsed: Duration
    /// Tasks whose windows are planned.
    var begunTasks = 0
    /// Tasks of which nobody knows yet how many windows are to be taken: those begun tell about how many.
    var waitingTasks = 0
    /// Whether nobody knows yet how many windows there are: then neither a share nor a time left is told.
    var isOpenEnded = false

    /// Windows to be taken in all, as far as that is known.
    private var expected: Int {
        let ofWaiting = begunTasks > 0 ? (planned / begunTasks).multiplied(held: waitingTasks) : 0
        return max(planned.adding(held: ofWaiting), done)
    }

    /// How long the rest takes at the rate until now, in seconds; nil until enough was done to know. The first requests
    /// go out at once, whatever the account's rate is, so that a rate over the first seconds says nothing.
    var secondsLeft: Int? {
        let seconds = elapsed / .seconds(1)
        guard !isOpenEnded, expected > done, done >= 5, seconds >= 5 else { return nil }
        return Int(held: (seconds / Double(done) * Double(expected - done)).rounded(.up))
    }

    /// - Parameter width: the most characters; what matters least is left out first. Nil is any number.
    func line(width: Int?) -> String {
        let all = expected
        let of = waitingTasks > 0 ? " of about " : "/"
        let counted = isOpenEnded ? done.counted("window") : "\(done.grouped)\(of)\(all.grouped) windows"
        let windows = all == 0 ? "asking the server" : counted
        var parts = [windows]
        if rows > 0 || done > 0 { parts.append(rows.counted("row")) }
        if requests > 0 { parts.append(requests.counted("request")) }
        let left = secondsLeft.map { "\(Seconds($0).clock) left" }
        let size = 20
        let filled = all > 0 ? done * size / all : 0
        let bar =
            isOpenEnded
            ? "" : "[\(String(repeating: "#", count: filled))\(String(repeating: ".", count: size - filled))] "
        // From all of it down to the windows alone.
        let candidates = [
            bar + (parts + [left].compactMap(\.self)).joined(separator: ", "),
            (parts + [left].compactMap(\.self)).joined(separator: ", "),
            ([windows] + [left].compactMap(\.self) + parts.dropFirst(2)).joined(separator: ", "),
            ([windows] + [left].compactMap(\.self)).joined(separator: ", "), windows,
        ]
        guard let width else { return candidates[0] }
        return candidates.first { $0.count <= width } ?? windows.cut(to: width)
    }
}
