/// What a worker does with a member's rows where not all of them are written: it gathers those that are and has them
/// encoded or, in the first of two passes, notes what tells which are.
final class RowStage {
    private let filter: RowFilter
    private let state: RowFilterState
    private let selected = OutputBuffer()

    init(_ filter: RowFilter, isSurveying: Bool) {
        self.filter = filter
        state = RowFilterState(isSurveying: isSurveying)
    }

    var tally: RowFilterState.Tally { state.tally }

    /// Whether no further row of the job will be written.
    var isFull: Bool { state.left == 0 }

    /// Whether every row was there that a survey kept.
    var isExhausted: Bool { state.isExhausted }

    /// Whether a piece has rows that are written, as far as a survey told.
    func wants(piece: Int) -> Bool { state.wants(piece: piece) }

    func begin(_ job: RestoreJob, limit: Int) {
        state.begin(kept: job.kept, limit: limit)
    }

    func run(
        _ rows: UnsafeRawBufferPointer, at place: MemberPlace, _ encoder: any RowEncoder, _ scratch: EncodingScratch,
        to output: OutputBuffer
    ) throws {
        if state.isSurveying { return try note(rows, at: place, scratch, to: output) }
        selected.clear()
        try filter.forEach(in: rows, at: place, state, scratch) { row, _ in
            selected.reserve(row.count + 1)
            selected.put(row)
            selected.put(0x0A)
        }
        try encoder.encode(selected.bytes, scratch, to: output)
    }

    /// Writes a ``RowRecord`` a row.
    private func note(
        _ rows: UnsafeRawBufferPointer, at place: MemberPlace, _ scratch: EncodingScratch, to output: OutputBuffer
    ) throws {
        try filter.forEach(in: rows, at: place, state, scratch) { row, number in
            let lot = filter.lot(of: number, at: place)
            var record = RowRecord(
                key: (0, 0), place: RowPlace.of(row: place.firstRow + number, piece: place.piece), lot: lot)
            if let key = filter.key {
                if filter.test == nil { try filter.slots.fill(row, scratch) }
                record.key = key.words(scratch, selected)
            }
            withUnsafeBytes(of: &record) { output.append($0) }
        }
    }
}
