public import Foundation

/// A task that the API listed for a job, by a group or by its name.
public struct MemberRecord: Sendable, Hashable {
    /// The task's id.
    public var task: String
    /// As the API listed it last.
    public var name: String
    /// When it was first listed. Times are whole seconds; fractions are dropped.
    public var firstSeen: Date
    /// When it was last listed.
    public var lastSeen: Date
    /// When a listing first lacked it; nil while it is listed.
    public var goneAt: Date?

    public init(task: String, name: String, firstSeen: Date, lastSeen: Date, goneAt: Date? = nil) {
        self.task = task
        self.name = name
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.goneAt = goneAt
    }
}

/// What a listing of a job's tasks changed.
public struct MemberChange: Sendable, Hashable {
    /// Tasks that the listing before lacked, in the listing's order; none on a job's first listing.
    public var new: [MemberRecord] = []
    /// Tasks that the listing before had and this one lacks, by id; each is told once.
    public var vanished: [MemberRecord] = []

    public init(new: [MemberRecord] = [], vanished: [MemberRecord] = []) {
        self.new = new
        self.vanished = vanished
    }

    public var isEmpty: Bool { new.isEmpty && vanished.isEmpty }
}
