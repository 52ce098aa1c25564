import Algorithms
package import RowJSON

/// Which rows of a snapshot's superseded archives no later archive of it holds.
///
/// All archives of a snapshot together stand for as many of each row as the one of them that holds most: a row that two
/// of them hold is one row. Rows are the same by their bytes first, then by their values.
package struct EarlierRows: Sendable {
    /// The rows of the archives seen so far.
    private var have = FreshRows()

    package init() {}

    /// Adds rows of the newest archive, before any of an earlier one.
    package mutating func insert(contentsOf block: RowBlock) throws {
        try have.insert(contentsOf: block)
    }

    /// The places in an archive of the rows that none before it holds, as runs, ascending; they count as held from then
    /// on.
    ///
    /// - Parameter forEachBlock: calls with the archive's rows in order; it is called twice.
    /// - Complexity: O(*n* + *m*) for *n* rows seen before and *m* rows in the archive; memory for two hashes a row.
    package mutating func missing(
        from forEachBlock: ((RowBlock) throws -> Void) throws -> Void
    ) throws -> [Range<Int>] {
        var rest = have
        var isThere: [Bool] = []
        var scratch: [UInt8] = []
        try forEachBlock { block in
            try block.forEachRow { isThere.append(rest.removeBytes(try FreshRows.Key($0, scratch: &scratch))) }
        }
        var runs: [Range<Int>] = []
        var new: [FreshRows.Key] = []
        var place = 0
        try forEachBlock { block in
            try block.forEachRow { row in
                defer { place += 1 }
                guard place < isThere.count, !isThere[place] else { return }
                let key = try FreshRows.Key(row, scratch: &scratch)
                if rest.removeValue(key) { return }
                new.append(key)
                runs.append(place: place)
            }
        }
        have.formUnion(new)
        return runs
    }
}

extension [Range<Int>] {
    /// Adds a place behind the last one, as part of the last run where it joins.
    package mutating func append(place: Int) {
        if let last, last.upperBound == place {
            self[count - 1] = last.lowerBound..<(place + 1)
        } else {
            append(place..<(place + 1))
        }
    }

    /// How many places the runs hold.
    package var places: Int { reduce(0) { $0 + $1.count } }

    /// The places from 0 to `count` that are in none of the runs, which are ascending and apart.
    package func complement(below count: Int) -> [Range<Int>] {
        var rest: [Range<Int>] = []
        var next = 0
        for run in self where run.upperBound > next {
            if run.lowerBound > next { rest.append(next..<Swift.min(run.lowerBound, count)) }
            next = run.upperBound
        }
        if next < count { rest.append(next..<count) }
        return rest
    }
}

extension RowBlock {
    /// The rows but those whose places are in one of the runs, which are ascending and apart.
    ///
    /// - Parameter first: the place of the block's first row.
    /// - Complexity: O(log *r* + *n*) for *r* runs and *n* rows.
    package func removing(runs: [Range<Int>], firstPlace first: Int) -> RowBlock {
        var low = runs.partitioningIndex { $0.upperBound > first }
        var bad: [Int] = []
        while low < runs.count, runs[low].lowerBound < first + count {
            bad += runs[low].clamped(to: first..<(first + count)).map { $0 - first }
            low += 1
        }
        return removing(rowsAt: bad)
    }
}
