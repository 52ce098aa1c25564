/// The order in which rows were stored, which cursors go by, and what the last request for unexported rows gave out.
struct StoringOrder: Sendable {
    /// Whether a row of an earlier time is stored before the later ones, and so before a cursor behind them.
    var isByTime = false
    private var last = 0.0
    /// The keys of the rows that were fetched last.
    var lastFetch: Set<Double> = []
    /// The places of rows by their keys, of one version of the table.
    private var places: [Int] = []
    private var version: UInt64?

    /// The key of a row stored now: 1 for the first.
    mutating func next() -> Double {
        last += 1
        return last
    }

    static func key(between one: Double, _ other: Double) -> Double { one + (other - one) / 2 }

    /// The places of rows in their order.
    ///
    /// - Complexity: O(*n* log *n*) where the table has changed, else O(1).
    mutating func places(_ entries: [RowTable.Entry], version: UInt64) -> [Int] {
        if self.version != version {
            places = Array(entries.indices)
            if zip(entries, entries.dropFirst()).contains(where: { $1.key < $0.key }) {
                places.sort { entries[$0].key < entries[$1].key }
            }
            self.version = version
        }
        return places
    }
}

/// What a mark covers, which the vendor does not say.
package enum MarkMeaning: String, Sendable, Hashable, CaseIterable {
    /// The rows of the last answer.
    case lastAnswer = "last-answer"
    /// The rows of all answers since the last mark.
    case allAnswers = "all-answers"
    /// All rows that are not exported, whether an answer gave them out or not.
    case everything
}

extension RowTable {
    /// Has the order of storing follow the rows' times, now and for rows that come.
    mutating func storeByTime() {
        storing = StoringOrder()
        for index in entries.indices { entries[index].key = storing.next() }
        storing.isByTime = true
        version += 1
    }

    /// The places of the rows in the order of storing.
    mutating func placesInStoringOrder() -> [Int] {
        storing.places(entries, version: version)
    }

    /// Gives out the oldest unexported rows, and marks none.
    mutating func fetchUnexported(_ size: Int) -> [Int] {
        var taken: [Int] = []
        for place in placesInStoringOrder() where taken.count < size && !entries[place].isExported {
            taken.append(place)
        }
        storing.lastFetch = Set(taken.map { entries[$0].key })
        for place in taken { entries[place].isFetched = true }
        return taken
    }

    /// Marks rows as exported.
    ///
    /// - Returns: how many.
    @discardableResult
    mutating func mark(_ meaning: MarkMeaning) -> Int {
        var count = 0
        for index in entries.indices where !entries[index].isExported {
            let isMeant =
                switch meaning {
                case .lastAnswer: storing.lastFetch.contains(entries[index].key)
                case .allAnswers: entries[index].isFetched
                case .everything: true
                }
            if isMeant {
                entries[index].isExported = true
                count += 1
            }
            entries[index].isFetched = false
        }
        storing.lastFetch = []
        unexportedCount -= count
        return count
    }
}
