import Archive
import Records

/// A compacted day of which one window was taken again: the others' members are copied as they are.
struct DayRevision {
    /// As it is.
    let day: Manifest
    /// The window's place among the parts.
    let index: Int
    /// What is known of the window now.
    let manifest: Manifest
    /// The window's rows; nil where they are those that it has.
    let draft: ArchiveDraft?

    /// What the day is to say, the new archive aside.
    func revised() -> Manifest {
        var revised = day
        let old = day.parts[index].members
        let first = old.lowerBound
        let count = draft == nil ? old.count : manifest.archive?.members.count ?? 0
        guard var part = Manifest.Part(manifest, firstMember: first) else { return day }
        part.members = first..<(first + count)
        part.revision = draft == nil ? day.parts[index].revision : day.parts[index].revision + 1
        revised.parts[index] = part
        for later in revised.parts.indices where later > index {
            let members = revised.parts[later].members
            let start = max(members.lowerBound + count - old.count, 0)
            revised.parts[later].members = start..<(start + members.count)
        }
        revised.tool = manifest.tool
        if !manifest.taskName.isEmpty { revised.taskName = manifest.taskName }
        revised.requests = Manifest.sum([day.requests, manifest.requests])
        revised.attempts = max(day.attempts, manifest.attempts)
        // The window's new rows hold all of those.
        if draft != nil { revised.superseded.removeAll { day.owner(of: $0) == day.parts[index].window } }
        revised.sumUpParts()
        return revised
    }

    /// Copies the members of all windows, the new ones for the window that was taken again, each proven as it is read.
    func copy(to draft: ArchiveDraft, folder: String, files: any Files) throws {
        let old = day.parts[index].members
        var isWritten = false
        func writeNew() throws {
            guard !isWritten else { return }
            isWritten = true
            try appendNew(to: draft, files)
        }
        if let reader = try ArchiveReader.open(day, folder: folder, files: files) {
            try reader.forEachEncodedMember { member, encoded in
                if member >= old.lowerBound { try writeNew() }
                if !old.contains(member) { try draft.append(encoded) }
            }
        }
        try writeNew()
    }

    private func appendNew(to target: ArchiveDraft, _ files: any Files) throws {
        guard let draft, let facts = try draft.finish() else { return }
        let reader = try ArchiveReader(path: draft.partialPath, facts: facts, files: files)
        try reader.forEachEncodedMember { _, member in try target.append(member) }
    }
}
