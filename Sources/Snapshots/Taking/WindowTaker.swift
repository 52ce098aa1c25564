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
        let member: EncodedMember?
        let keys: [FreshRows.Key]
        let facts: WindowReader.Piece
    }

    /// Takes what a piece came to, or part of it; told whether it is the last.
    private typealias Delivery = (WindowReader.Piece, [EncodedMember], [FreshRows.Key], Bool) async throws -> Void

    /// How far a piece has come.
    private enum Progress: Sendable {
        case answered(WindowReader.PieceAnswer<WindowReader.WholeAnswer>)
        case finished(WindowReader.PieceAnswer<EncodedPiece>)
    }

    /// Reads the window once.
    ///
    /// - Throws: what reading, compressing and writing throw; the draft is discarded then.
    func take(_ window: Window) async throws -> TakenWindow {
        var taken = TakenWindow(window: window, capturedAt: now())
        var draft: ArchiveDraft?
        var fresh = FreshRows()
        do {
            let total = try await readPieces(of: window) { piece, members, keys, isLast in
                taken.add(piece, isLast: isLast)
                fresh.formUnion(keys)
                for member in members {
                    let target = try draft ?? makeDraft(window)
                    draft = target
                    try target.append(member)
                }
            }
            reader.density.note(rows: taken.expectedTotal, of: window)
            if let total, total != taken.expectedTotal { reader.serverTrust.recordContradiction() }
            taken.result = try finish(draft, taken: &taken, fresh: &fresh)
            taken.requests = reader.tally.count
            return taken
        } catch {
            if let draft { discardDraft(draft) }
            throw error
        }
    }

    /// Reads the pieces of a window, several at a time, and hands them on oldest first.
    ///
    /// - Returns: what the server counted in the whole window, where it was cut and counted.
    private func readPieces(of window: Window, deliver: Delivery) async throws -> Int? {
        var queue = PieceQueue<EncodedPiece>(window, width: reader.configuration.concurrency)
        var total: Int?
        try await withThrowingTaskGroup(of: (Window, Progress).self) { group in
            while !queue.isEmpty {
                while let work = queue.nextWork() { group.addTask { try await perform(work, in: window) } }
                if let (ready, isLast) = queue.popReady() {
                    try await deliverPiece(ready, isLast: isLast, deliver)
                    continue
                }
                guard let (piece, progress) = try await group.next() else { break }
                switch progress {
                case .answered(let answer):
                    if piece == window, case .cut(let cut) = answer { total = cut.total }
                    queue.note(answer, for: piece)
                case .finished(let answer): queue.note(answer, for: piece)
                }
            }
        }
        return total
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
        EncodedPiece(
            member: own.rows.count == 0 ? nil : try encoders.encode(own.rows), keys: try keys(of: own.rows),
            facts: own.facts)
    }

    private func deliverPiece(
        _ ready: PieceQueue<EncodedPiece>.Ready, isLast: Bool, _ deliver: Delivery
    ) async throws {
        switch ready {
        case .finished(let encoded):
            try await deliver(encoded.facts, encoded.member.map { [$0] } ?? [], encoded.keys, isLast)
        case .paged(let window, let size):
            let piece = try await reader.readPaged(window, size: size) { block in
                try await deliver(WindowReader.Piece(), [try encoders.encode(block)], try keys(of: block), false)
            }
            try await deliver(piece, [], [], isLast)
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
