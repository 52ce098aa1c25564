import Records
import StorageTime

@testable import Snapshots

/// A cloud of a few rows that move between requests, windows read from it, and the machine that closes them: one play.
struct ClosingPlay {
    struct Row: Hashable {
        /// Which of the play's rows it is.
        var number: Int
        /// In seconds from the first window's start.
        var at: Int
        /// Rows alike have the same text, which is a number here.
        var text: Int
    }

    /// A row comes late or expires just before a request, counted from 1.
    struct Movement: Hashable {
        var row: Row
        var isComing: Bool
        var request: Int
    }

    enum Way {
        /// In order, ends compared.
        case believed
        /// As ``believed``, each window asked for before the one that it joins.
        case backwards
        /// Each window with the rows at its end, each closed alone.
        case doubted
    }

    /// What came of a window.
    struct Archive {
        var facts: ClosedWindow
        var rows: [Row]
    }

    static let length = 10

    let windows: [Window]
    private let origin = instant(0).seconds
    let convention: IntervalConvention
    let way: Way
    var rows: [Row]
    let movements: [Movement]
    /// The requests whose answers leave edges out.
    let lies: Set<Int>
    private(set) var requests = 0
    /// How many of them were made to read, the rest to close.
    private(set) var readingRequests = 0
    private(set) var archives: [Window: Archive] = [:]
    /// Windows that were given up when they were first taken.
    private(set) var givenUp = 0
    /// How many requests were made while rows moved.
    private(set) var movingRequests = 0

    init(
        windows count: Int, _ convention: IntervalConvention, _ way: Way, rows: [Row], _ movements: [Movement],
        lies: Set<Int> = []
    ) throws {
        windows = try (0..<count).map { index in
            try Window(from: Self.instant(index * Self.length), to: Self.instant((index + 1) * Self.length))
        }
        self.convention = convention
        self.way = way
        self.rows = rows
        self.movements = movements
        self.lies = lies
    }

    static func instant(_ second: Int) -> StorageInstant {
        StorageInstant.earliest.advanced(by: 1_000_000_000 + second)
    }

    // MARK: The cloud

    private mutating func answer(_ from: StorageInstant, _ to: StorageInstant) -> [Row] {
        let (from, to) = (from.seconds - origin, to.seconds - origin)
        requests += 1
        for movement in movements where movement.request == requests { apply(movement) }
        let isOpen = lies.contains(requests)
        return rows.filter { row in
            switch isOpen ? IntervalConvention.unknown : convention {
            case .unknown: from < row.at && row.at < to
            case .closed: from <= row.at && row.at <= to
            case .halfOpen: from <= row.at && row.at < to
            case .leftOpen: from < row.at && row.at <= to
            }
        }
    }

    private mutating func apply(_ movement: Movement) {
        if movement.isComing { rows.append(movement.row) } else { rows.removeAll { $0 == movement.row } }
    }

    // MARK: Reading

    /// Rows without those at the window's end, as a multiset of texts; nil where these are not all among them.
    private static func removing(_ edge: [Row], from rows: [Row]) -> [Row]? {
        var own = rows
        for row in edge {
            guard let place = own.lastIndex(where: { $0.text == row.text }) else { return nil }
            own.remove(at: place)
        }
        return own
    }

    /// Reads a window with the rows at its end; nil where it would not come to rest.
    private mutating func readAlone(_ window: Window, _ first: [Row]? = nil, attempts: Int = 3) -> Archive? {
        var known = first
        for _ in 0..<attempts {
            let answered = known ?? answer(window.from, window.to)
            known = nil
            guard !answered.isEmpty else { return archive(window, [], edge: 0) }
            let edge = answer(window.to, window.to)
            if let own = Self.removing(edge, from: answered) { return archive(window, own, edge: edge.count) }
        }
        return nil
    }

    private func archive(_ window: Window, _ rows: [Row], edge: Int, isCompared: Bool = false) -> Archive {
        Archive(
            facts: ClosedWindow(window: window, rows: rows.count, edgeRows: edge, isEndCompared: isCompared),
            rows: rows)
    }

    /// Reads joining windows; nil where one would not come to rest.
    private mutating func read(_ windows: [Window]) -> [Archive]? {
        guard way != .doubted else {
            var archives: [Archive] = []
            for window in windows {
                guard let archive = readAlone(window) else { return nil }
                archives.append(archive)
            }
            return archives
        }
        var answers = windows.map { _ in [Row]() }
        for place in way == .backwards ? windows.indices.reversed() : Array(windows.indices) {
            answers[place] = answer(windows[place].from, windows[place].to)
        }
        var archives: [Archive] = []
        for (place, window) in windows.enumerated() {
            let own = answers[place]
            let next = place + 1 < windows.count ? answers[place + 1] : nil
            if let next, !own.isEmpty, !own.contains(where: { row in next.contains { $0.text == row.text } }) {
                archives.append(archive(window, own, edge: 0, isCompared: true))
            } else if let archive = readAlone(window, own) {
                archives.append(archive)
            } else {
                return nil
            }
        }
        return archives
    }

    // MARK: The play

    /// Takes all windows while rows move, then again in quiet what was given up or counts otherwise.
    ///
    /// - Returns: false where the windows could not even be read.
    mutating func play() -> Bool {
        guard let read = read(windows) else { return false }
        readingRequests = requests
        close(read, doubt: way == .doubted ? 1 : 0)
        givenUp = windows.count - archives.count
        movingRequests = requests
        for movement in movements where movement.request > requests { apply(movement) }
        requests = 1000
        for window in windows where archives[window] == nil {
            guard let archive = readAlone(window) else { continue }
            close([archive], doubt: 0)
        }
        for window in windows {
            guard let old = archives[window], answer(window.from, window.to).count != old.facts.total,
                let again = readAlone(window)
            else { continue }
            archives[window] = Archive(facts: again.facts, rows: Self.union(old.rows, again.rows))
        }
        return true
    }

    /// A revision holds what the one before held, row by row of the same text.
    private static func union(_ old: [Row], _ new: [Row]) -> [Row] {
        var kept = old
        for row in new {
            if let place = kept.firstIndex(where: { $0.text == row.text }) { kept.remove(at: place) }
        }
        return new + kept
    }

    private mutating func close(_ read: [Archive], doubt: Int) {
        var read = read
        var machine = ClosingMachine(read.map(\.facts))
        machine.doubt = doubt
        for (place, archive) in read.enumerated() {
            let others = archives.values.map(\.facts)
            machine.before[place] = others.first { $0.window.to == archive.facts.window.from }
            machine.behind[place] = others.first { $0.window.from == archive.facts.window.to }
        }
        while true {
            switch machine.next() {
            case .count(let from, let to): machine.tell(.counted(answer(from, to).count))
            case .countInstant(let instant): machine.tell(.counted(answer(instant, instant).count))
            case .takeAgain(let place, _):
                if let again = readAlone(read[place].facts.window) {
                    read[place] = again
                    machine.tell(.taken(again.facts))
                } else {
                    machine.tell(.failed(0))
                }
            case .end(let ending):
                for place in ending.closed { archives[read[place].facts.window] = read[place] }
                return
            }
        }
    }

    // MARK: The verdict

    /// Texts of which more rows are archived than there ever were.
    var doubled: [Int] {
        let ever = Set(rows + movements.map(\.row))
        return Self.counts(archives.values.flatMap(\.rows)).filter { text, count in
            count > ever.count { $0.text == text }
        }.map(\.key)
    }

    /// Texts of which fewer rows are archived than the cloud holds in the windows in the end.
    var missing: [Int] {
        let end = windows.count * Self.length
        let held = rows.filter { convention == .leftOpen ? 0 < $0.at && $0.at <= end : 0 <= $0.at && $0.at < end }
        let archived = Self.counts(archives.values.flatMap(\.rows))
        return Self.counts(held).filter { $0.value > archived[$0.key, default: 0] }.map(\.key)
    }

    private static func counts(_ rows: [Row]) -> [Int: Int] {
        Dictionary(rows.map { ($0.text, 1) }, uniquingKeysWith: +)
    }
}
