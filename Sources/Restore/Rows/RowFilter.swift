import Foundation
import Records
import StorageTime

/// Tells row by row which are written, where not all are. One filter serves any number of workers.
struct RowFilter: Sendable {
    let slots: RowSlots
    let test: RowTest?
    /// The rows are drawn whose lot is below the share of all lots.
    let share: Double?
    let seed: UInt64
    let limit: Int?
    /// What repetitions are known by.
    let key: RowKey?
    /// How many rows are drawn, or nil.
    let sampledRows: Int?
    let keepsLast: Bool

    /// nil where every row is written.
    ///
    /// - Throws: ``RestoreError/Code/badColumn``.
    init?(_ rules: RowRules, _ choice: ColumnChoice) throws(RestoreError) {
        guard rules != RowRules() else { return nil }
        slots = RowSlots(index: choice.index)
        test = try RowTest(rules.conditions, choice)
        limit = rules.limit
        seed = rules.sample?.seed ?? 0
        switch rules.sample?.amount {
        case .rows(let count): (sampledRows, share) = (count, nil)
        case .share(let part): (sampledRows, share) = (nil, part)
        case nil: (sampledRows, share) = (nil, nil)
        }
        if let dedupe = rules.dedupe { key = try RowKey(dedupe, choice) } else { key = nil }
        keepsLast = rules.dedupe?.keep == .last
    }

    /// Whether all rows must be looked at before it is known which are written.
    var needsSurvey: Bool { key != nil || sampledRows != nil }

    /// Calls `body` with each row that is written, or that the survey is about, and its place in the member.
    func forEach(
        in ndjson: UnsafeRawBufferPointer, at place: MemberPlace, _ state: RowFilterState, _ scratch: EncodingScratch,
        _ body: (_ row: UnsafeRawBufferPointer, _ number: Int) throws -> Void
    ) throws {
        var number = -1
        try RowLines.forEach(in: ndjson) { row in
            number += 1
            guard state.left > 0 else { return }
            if state.isSurveyed {
                guard state.takes(RowPlace.of(row: place.firstRow + number, piece: place.piece)) else { return }
            } else if let test {
                try slots.fill(row, scratch)
                guard test.holds(scratch) else {
                    state.tally.filtered += 1
                    return
                }
            }
            if let share, !state.isSurveying {
                guard Double(lot(of: number, at: place) >> 11) * 0x1p-53 < share else {
                    state.tally.sampledOut += 1
                    return
                }
            }
            state.left -= 1
            state.tally.written += 1
            try body(row, number)
        }
    }

    /// A row's lot.
    func lot(of number: Int, at place: MemberPlace) -> UInt64 {
        let window = place.origin.window?.from.seconds ?? Int(place.origin.capturedAt.timeIntervalSince1970)
        return RowRules.Sample.lot(seed: seed, window: window, place: place.firstRowOfWindow + number)
    }
}

/// What one worker's filter keeps from row to row.
final class RowFilterState {
    struct Tally {
        var written = 0
        var filtered = 0
        var sampledOut = 0
    }

    var tally = Tally()
    /// How many further rows may be written.
    var left = Int.max
    /// Whether this is the first of two passes.
    let isSurveying: Bool
    /// Whether a survey said which rows are kept.
    private(set) var isSurveyed = false
    private var kept: ArraySlice<UInt64> = []

    init(isSurveying: Bool) {
        self.isSurveying = isSurveying
    }

    /// - Parameter kept: the places of the rows of the next job that a survey kept; nil without one.
    func begin(kept: [UInt64]?, limit: Int) {
        tally = Tally()
        left = limit
        isSurveyed = kept != nil
        self.kept = kept?[...] ?? []
    }

    /// Whether every row was found that was kept, as far as rows were looked at.
    var isExhausted: Bool { kept.isEmpty || left == 0 }

    /// Whether a piece has rows that are written, as far as a survey told.
    func wants(piece: Int) -> Bool {
        guard left > 0 else { return false }
        guard isSurveyed else { return true }
        return kept.first.map { RowPlace.piece($0) == piece } ?? false
    }

    func takes(_ place: UInt64) -> Bool {
        guard kept.first == place else { return false }
        kept.removeFirst()
        return true
    }
}
