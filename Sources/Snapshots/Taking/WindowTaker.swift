import Algorithms
import Archive
import Foundation
import RowJSON
import StorageTime
import Vault

/// Takes one window: reads its rows, compresses them on whatever core is free, and writes them in order to a draft.
///
/// Nothing is published here, and the draft is not on the device yet. Where the window has an archive already, the
/// draft becomes its next revision by the union rule: it holds every row of the one before.
struct WindowTaker: Sendable {
    let reader: WindowReader
    let encoders: EncoderPool
    /// Makes the draft that the window's rows go to.
    let makeDraft: @Sendable (Window) throws -> ArchiveDraft
    /// Gives a draft up.
    let discardDraft: @Sendable (ArchiveDraft) -> Void
    /// The rows that the window's present archive holds, member by member; nil where it has none.
    let previous: PreviousRows?
    let now: @Sendable () -> Date
    /// What still reads of the window's snapshot, where that was damaged; then there is no ``previous`` archive.
    var salvage: Salvage?

    /// What one piece came to, compressed.
    private struct EncodedPiece: Sendable {
        /// A page of rows each, at most.
        let members: [EncodedMember]
        let keys: [FreshRows.Key]
        let facts: WindowReader.Piece
    }

    /// A window that was read up to its end: which rows of its last answer are stored exactly there, what is answered
    /// behind it tells.
    struct OpenWindow: Sendable {
        var taken: TakenWindow
        /// What was answered from its start on; nil where it was paged through.
        fileprivate(set) var first: RowBlock?
        /// The last piece and its answer; nil where it was paged through.
        fileprivate var last: (piece: Window, answer: WindowReader.WholeAnswer)?
        fileprivate(set) var draft: ArchiveDraft?
        fileprivate var fresh = FreshRows()
        /// What the server counted in the whole window, where it was cut and counted.
        fileprivate var total: Int?
    }

    /// How far a piece has come.
    private enum Progress: Sendable {
        case answered(WindowReader.PieceAnswer<WindowReader.WholeAnswer>)
        case finished(WindowReader.PieceAnswer<EncodedPiece>)
    }

    /// Reads the window once, and asks for the rows at its end.
    ///
    /// - Throws: what reading, compressing and writing throw; the draft is discarded then.
    func take(_ window: Window) async throws -> TakenWindow {
        try await finish(try await read(window), before: nil)
    }

    /// Reads the window once, up to its end.
    ///
    /// - Throws: what reading, compressing and writing throw; the draft is discarded then.
    func read(_ window: Window) async throws -> OpenWindow {
        var read = OpenWindow(taken: TakenWindow(window: window, capturedAt: now()))
        do {
            try await readPieces([window], of: &read)
            return read
        } catch {
            discard(read)
            throw error
        }
    }

    /// Settles the end of a window that was read.
    ///
    /// - Parameter next: what was answered for the window behind it, asked for after this one was answered; nil asks
    ///   for the rows at its end.
    /// - Throws: what reading, compressing and writing throw; the draft is discarded then.
    func finish(_ read: OpenWindow, before next: RowBlock?) async throws -> TakenWindow {
        var read = read
        do {
            try await finishEnd(of: &read, before: next)
            var taken = read.taken
            if let total = read.total, total != taken.expectedTotal { reader.serverTrust.recordContradiction() }
            taken.result = try finish(read.draft, taken: &taken, fresh: &read.fresh)
            taken.requests = reader.tally.count
            return taken
        } catch {
            discard(read)
            throw error
        }
    }

    func discard(_ read: OpenWindow) {
        if let draft = read.draft { discardDraft(draft) }
    }

    private func finishEnd(of read: inout OpenWindow, before next: RowBlock?) async throws {
        var next = next
        while let (piece, answer) = read.last {
            read.last = nil
            let own = try await reader.ownRows(of: piece, in: answer, before: next)
            let encoded: WindowReader.PieceAnswer<EncodedPiece> = try await own.flatMap { .rows(try encode($0)) }
            switch encoded {
            case .rows(let encoded): try await deliver(.finished(encoded), isLast: true, to: &read)
            case .paged(let size): try await deliver(.paged(piece, size: size), isLast: true, to: &read)
            case .cut(let cut):
                // It was asked for again, after the window behind it.
                next = nil
                try await readPieces(cut.pieces, of: &read)
            }
        }
    }

    /// Reads joining pieces of a window, several at a time, and hands them on oldest first, but for the end of the
    /// last.
    private func readPieces(_ pieces: [Window], of read: inout OpenWindow) async throws {
        var queue = PieceQueue<EncodedPiece>(pieces, width: reader.configuration.concurrency, isOpenEnded: true)
        let window = read.taken.window
        try await withThrowingTaskGroup(of: (Window, Progress).self) { group in
            while !queue.isEmpty {
                while let work = queue.nextWork() { group.addTask { try await perform(work, in: window) } }
                if let (ready, isLast) = queue.popReady() {
                    try await deliver(ready, isLast: isLast, to: &read)
                    continue
                }
                if let last = queue.popOpenEnd() {
                    read.last = last
                    break
                }
                guard let (piece, progress) = try await group.next() else { break }
                switch progress {
                case .answered(let answer):
                    if piece == window, case .cut(let cut) = answer { read.total = cut.total }
                    if piece.from == window.from, case .rows(let whole) = answer { read.first = whole.rows }
                    queue.note(answer, for: piece)
                case .finished(let answer): queue.note(answer, for: piece)
                }
            }
        }
    }

    private func perform(_ work: PieceQueue<EncodedPiece>.Work, in window: Window) async throws -> (Window, Progress) {
        switch work {
        case .ask(let piece):
            return (piece, .answered(try await reader.ask(for: piece, isWhole: piece == window)))
        case .finish(let piece, let answer, let next):
            let own = try await reader.ownRows(of: piece, in: answer, before: next)
            return (piece, .finished(try await own.flatMap { .rows(try encode($0)) }))
        }
    }

    private func encode(_ own: WindowReader.OwnRows) throws -> EncodedPiece {
        let rows = own.rows
        let members = try (0..<rows.count).chunks(ofCount: max(1, reader.configuration.pageSize)).map { part in
            try encoders.encode(part.count == rows.count ? rows : rows.slice(part))
        }
        return EncodedPiece(members: members, keys: try keys(of: rows), facts: own.facts)
    }

    private func deliver(
        _ ready: PieceQueue<EncodedPiece>.Ready, isLast: Bool, to read: inout OpenWindow
    ) async throws {
        switch ready {
        case .finished(let encoded):
            read.taken.add(encoded.facts, isLast: isLast)
            try append(encoded.members, encoded.keys, to: &read)
        case .paged(let window, let size):
            let piece = try await reader.readPaged(window, size: size) { block in
                try append([try encoders.encode(block)], try keys(of: block), to: &read)
            }
            reader.density.note(rows: piece.rows, of: window)
            read.taken.add(piece, isLast: isLast)
        }
    }

    private func append(_ members: [EncodedMember], _ keys: [FreshRows.Key], to read: inout OpenWindow) throws {
        read.fresh.formUnion(keys)
        for member in members {
            let target = try read.draft ?? makeDraft(read.taken.window)
            read.draft = target
            try target.append(member)
        }
    }

    /// The rows' values, for the union; only a window that is taken again pays for them.
    private func keys(of block: RowBlock) throws -> [FreshRows.Key] {
        guard previous != nil || salvage != nil else { return [] }
        var keys: [FreshRows.Key] = []
        keys.reserveCapacity(block.count)
        var scratch: [UInt8] = []
        try block.forEachRow { keys.append(try FreshRows.Key($0, scratch: &scratch)) }
        return keys
    }

    /// Adds what the present archive holds and the answer lacks.
    private func finish(
        _ draft: ArchiveDraft?, taken: inout TakenWindow, fresh: inout FreshRows
    ) throws -> TakenWindow.Result {
        if let salvage { return try finish(draft, salvage, taken: &taken, fresh: fresh.values) }
        guard let previous else {
            guard let draft else { return .empty }
            return .archive(draft, kept: 0, isRewritten: false)
        }
        var target = draft
        do {
            let union = try Union.merge(previous, fresh: &fresh, encoders: encoders) { member in
                let open = try target ?? makeDraft(taken.window)
                target = open
                try open.append(member)
            }
            guard let target, union.hasNews || previous.hasEarlier else {
                if let target { discardDraft(target) }
                return .unchanged(kept: union.kept, absent: union.absent)
            }
            return .archive(target, kept: union.kept, isRewritten: union.isRewritten)
        } catch {
            if draft == nil, let target { discardDraft(target) }
            throw error
        }
    }

    /// Adds what could be saved of a damaged snapshot and the answer lacks.
    private func finish(
        _ draft: ArchiveDraft?, _ salvage: Salvage, taken: inout TakenWindow, fresh: RowMultiset
    ) throws -> TakenWindow.Result {
        var target = draft
        do {
            let recovery = try Recovery(salvage, fresh: fresh, freshDigest: draft?.digest ?? RowsDigest())
            try recovery.appendKept(of: salvage, fresh: fresh, encoders: encoders) { member in
                let open = try target ?? makeDraft(taken.window)
                target = open
                try open.append(member)
            }
            taken.isDoubtful = !recovery.isProven
            guard let target else { return .empty }
            return .archive(target, kept: recovery.kept, isRewritten: recovery.isRewritten)
        } catch {
            if draft == nil, let target { discardDraft(target) }
            throw error
        }
    }
}
