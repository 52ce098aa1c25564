internal import Archive
internal import Foundation
internal import RowJSON
internal import StorageTime
internal import Vault

/// Takes one window: reads its rows, compresses them on whatever core is free, and writes them in order to a draft.
///
/// Nothing is published here, and the draft is not on the device yet. Where the window has an archive already, the draft becomes its next revision by the union
/// rule: it holds every row of the one before.
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
    private enum Encoded: Sendable {
        case member(EncodedMember?, [FreshRows.Key], WindowReader.Piece)
        case cut(WindowReader.Cut)
        case paged(Window, size: Int)
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
            if let total, total != taken.expectedTotal { reader.contradictions.note() }
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
    /// - Returns: what the server counted in the whole window, where it was cut.
    private func readPieces(
        of window: Window,
        deliver: (WindowReader.Piece, [EncodedMember], [FreshRows.Key], Bool) async throws -> Void
    ) async throws -> Int? {
        var pieces = [window]
        var total: Int?
        try await withThrowingTaskGroup(of: (Window, Encoded).self) { group in
            var running: Set<Window> = []
            var done: [Window: Encoded] = [:]
            while let head = pieces.first {
                for piece in pieces.prefix(reader.configuration.concurrency)
                where !running.contains(piece) && done[piece] == nil {
                    running.insert(piece)
                    group.addTask { (piece, try await read(piece, isWhole: piece == window)) }
                }
                guard let answer = done.removeValue(forKey: head) else {
                    guard let (piece, answer) = try await group.next() else { return }
                    running.remove(piece)
                    done[piece] = answer
                    continue
                }
                pieces.removeFirst()
                let isLast = pieces.isEmpty
                switch answer {
                case .cut(let cut):
                    if head == window { total = cut.total }
                    pieces.insert(contentsOf: cut.pieces, at: 0)
                case .member(let member, let keys, let piece):
                    try await deliver(piece, member.map { [$0] } ?? [], keys, isLast)
                case .paged(let window, let size):
                    let piece = try await reader.readPaged(window, size: size) { block in
                        try await deliver(
                            WindowReader.Piece(), [try encoders.encode(block)], try keys(of: block), false)
                    }
                    try await deliver(piece, [], [], isLast)
                }
            }
        }
        return total
    }

    private func read(_ piece: Window, isWhole: Bool) async throws -> Encoded {
        switch try await reader.read(piece, isWhole: isWhole) {
        case .cut(let cut): return .cut(cut)
        case .paged(let window, let size): return .paged(window, size: size)
        case .rows(let rows, let facts):
            return .member(rows.count == 0 ? nil : try encoders.encode(rows), try keys(of: rows), facts)
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
            return .archive(draft, kept: 0, superseded: false)
        }
        let union = try Union.merge(previous, fresh: &fresh, encoders: encoders) { try draft?.append($0) }
        guard let draft, union.hasNews else {
            if let draft { discardDraft(draft) }
            return .unchanged(kept: union.kept)
        }
        return .archive(draft, kept: union.isRewritten ? 0 : union.kept, superseded: union.isRewritten)
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
            return .archive(target, kept: recovery.kept, superseded: false)
        } catch {
            if draft == nil, let target { discardDraft(target) }
            throw error
        }
    }
}
