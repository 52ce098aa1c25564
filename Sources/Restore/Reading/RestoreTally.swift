import Archive
import RowJSON

/// What was read and written.
struct RestoreTally {
    var snapshots = 0
    var rowsIn = 0
    /// Rows looked at.
    var rowsRead = 0
    var rowsOut = 0
    var bytesIn = 0
    var uncompressedBytes = 0
    /// What of the values written was replaced.
    var repairs = TextRepairs()
    /// Rows that met not all conditions.
    var filtered = 0
    /// Rows that were not drawn.
    var sampledOut = 0
    /// Rows left out since the cloud no longer had them, and windows of which nobody knows which these are.
    var absentRows = 0
    var untoldWindows = 0
    /// What the pieces opened hold.
    var digests: [(piece: Int, digest: RowsDigest)] = []

    mutating func add(_ open: OpenPiece, number: Int) {
        snapshots += 1
        rowsIn += open.rows
        absentRows += open.absentRows
        untoldWindows += open.untoldWindows
        digests.append((number, open.digest))
    }

    mutating func add(_ sieved: RowFilterState.Tally) {
        rowsOut += sieved.written
        filtered += sieved.filtered
        sampledOut += sieved.sampledOut
    }

    mutating func add(_ other: RestoreTally) {
        snapshots += other.snapshots
        rowsIn += other.rowsIn
        absentRows += other.absentRows
        untoldWindows += other.untoldWindows
        rowsRead += other.rowsRead
        rowsOut += other.rowsOut
        bytesIn += other.bytesIn
        uncompressedBytes += other.uncompressedBytes
        repairs.add(other.repairs)
        filtered += other.filtered
        sampledOut += other.sampledOut
    }
}
