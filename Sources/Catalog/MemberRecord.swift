package import Foundation

/// A task that the API listed for a job, by a group or by its name.
package struct MemberRecord: Sendable, Hashable {
    /// The task's id.
    package var task: String
    /// As the API listed it last.
    package var name: String
    /// When it was first listed. Times are whole seconds; fractions are dropped.
    package var firstSeen: Date
    /// When it was last listed.
    package var lastSeen: Date
    /// When a listing first lacked it; nil while it is listed.
    package var goneAt: Date?

    package init(task: String, name: String, firstSeen: Date, lastSeen: Date, goneAt: Date? = nil) {
        self.task = task
        self.name = name
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.goneAt = goneAt
    }
}

/// What a listing of a job's tasks changed.
package struct MemberChange: Sendable, Hashable {
    /// Tasks that the listing before lacked, in the listing's order; none on a job's first listing.
    package var new: [MemberRecord] = []
    /// Tasks that the listing before had and this one lacks, by id; each is told once.
    package var vanished: [MemberRecord] = []

    package init(new: [MemberRecord] = [], vanished: [MemberRecord] = []) {
        self.new = new
        self.vanished = vanished
    }

    package var isEmpty: Bool { new.isEmpty && vanished.isEmpty }
}
