import Archive
import StorageTime
import Vault

/// The compacted day that a window is part of is damaged: the whole of it is to be taken again.
struct DamagedDay: Error {
    let window: Window
}

extension TaskSession {
    /// Reads a window that is part of a compacted day.
    func attempt(_ window: Window, partOf day: SnapshotAddress) async throws -> Attempt.Outcome {
        if let damaged = damage(of: day) { return .failed(damaged) }
        let outcome = await Attempt(
            context: context, locked: locked, window: window, previous: try previousRows(of: window, in: day)
        ).take()
        guard case .failed(let error) = outcome else { return outcome }
        if let error = error as? ArchiveError { _ = try locked.noteDamage(error, at: day) }
        return .failed(damage(of: day) ?? error)
    }

    /// What a day that is known to be damaged means for one of its windows; nil where it is sound.
    func damage(of day: SnapshotAddress) -> DamagedDay? {
        guard locked.isDamaged(day), let window = day.name.window else { return nil }
        return DamagedDay(window: window)
    }

    mutating func note(_ damaged: DamagedDay) { damagedDays.insert(damaged.window) }

    /// Takes days whole that turned out to be damaged: what still reads of their archives, and what the cloud has. The
    /// day is one window from then on.
    mutating func takeDamagedDays() async throws {
        let days = damagedDays.sorted()
        damagedDays = []
        guard !days.isEmpty else { return }
        memory.goBack()
        try await takeWhole(days, isOneByOne: true)
    }
}
