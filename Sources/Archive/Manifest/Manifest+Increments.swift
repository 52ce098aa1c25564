package import Foundation
import Records

extension Manifest {
    /// One of the increments that a compacted one is made of: the facts of the manifest that it had, and which members
    /// are its rows.
    ///
    ///     {"range":{"after":"0","through":"1124"},"captured_at":"…","rows":1100,"rows_digest":"…",
    ///      "members":{"first":0,"count":2}}
    package struct Increment: Sendable, Hashable {
        package var after: String
        package var through: String
        /// Whole seconds.
        package var capturedAt: Date
        package var rows: Int
        package var rowsDigest: RowsDigest
        /// Its members among those of the archive, in order; empty where it has no rows.
        package var members: Range<Int>
    }

    /// The increments that an increments' manifest stands for.
    ///
    /// - Parameter firstMember: where its members begin in the compacted archive.
    package func increments(firstMember: Int = 0) -> [Increment] {
        guard increments.isEmpty else {
            return increments.map { increment in
                var increment = increment
                let first = increment.members.lowerBound + firstMember
                increment.members = first..<(first + increment.members.count)
                return increment
            }
        }
        guard let range else { return [] }
        return [
            Increment(
                after: range.after, through: range.through, capturedAt: capturedAt, rows: rows, rowsDigest: rowsDigest,
                members: firstMember..<(firstMember + (archive?.members.count ?? 0)))
        ]
    }

    /// Whether this compacted manifest of increments holds all that another one says.
    func standsFor(increments other: Manifest) -> Bool {
        guard source == .increments, other.source == source, other.task == task, other.host == host, other != self,
            !replaces.isEmpty, other.replaces.isEmpty || other.capturedAt <= capturedAt, other.state != .pruned
        else { return false }
        let own = Set(increments.map(\.identity))
        let theirs = other.increments()
        return theirs.count <= increments.count && theirs.allSatisfy { own.contains($0.identity) }
    }

    /// What is wrong with the increments; nil where they agree with the rest.
    var incrementsProblem: String? {
        guard !increments.isEmpty else { return nil }
        guard source == .increments else { return "only increments are made of increments" }
        if state == .pruned { return nil }
        var member = 0
        var digest = RowsDigest()
        for increment in increments {
            guard increment.members.isEmpty || increment.members.lowerBound == member,
                increment.members.upperBound <= archive?.members.count ?? 0
            else { return "the increments' members do not follow each other" }
            if !increment.members.isEmpty { member = increment.members.upperBound }
            let rows =
                increment.members.isEmpty ? 0 : archive?.members[increment.members].reduce(0) { $0 + $1.rows } ?? 0
            guard rows == increment.rows else { return "an increment's rows are not those of its members" }
            digest.add(increment.rowsDigest)
        }
        if member != archive?.members.count ?? 0 { return "a member belongs to no increment" }
        return digest == rowsDigest ? nil : "the increments' digests do not add up to rows_digest"
    }
}

extension Manifest.Increment {
    /// What tells it from every other increment of its task.
    fileprivate var identity: Identity {
        Identity(after: after, through: through, capturedAt: capturedAt, rows: rows, digest: rowsDigest)
    }

    fileprivate struct Identity: Hashable {
        let after: String
        let through: String
        let capturedAt: Date
        let rows: Int
        let digest: RowsDigest
    }

    func write(to writer: inout ManifestWriter) {
        writer.object { writer in
            writer.key("range")
            writer.object { writer in
                writer.field("after", after)
                writer.field("through", through)
            }
            writer.field("captured_at", capturedAt)
            writer.field("rows", rows)
            writer.field("rows_digest", rowsDigest.hex)
            writer.members(members)
        }
    }

    init(reading object: consuming ManifestObject) throws(ArchiveError) {
        var object = object
        var range = try object.object("range")
        let (after, through) = (try range.string("after"), try range.string("through"))
        let capturedAt = try object.date("captured_at")
        let rows = try object.integer("rows")
        let digest = try object.digest("rows_digest")
        let members = try object.members()
        self.init(
            after: after, through: through, capturedAt: capturedAt, rows: rows, rowsDigest: digest,
            members: members)
    }
}
