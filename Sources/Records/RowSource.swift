/// Where rows come from: the API's data endpoints, by the names used in commands, job files, folders and
/// manifests.
package enum RowSource: String, Sendable, Hashable, CaseIterable, Codable {
    /// Rows of an interval of storage time: the source that windows are cut from.
    case storageTime = "storage-time"
    /// Everything the task holds at the moment.
    case all
    /// The newest cloud run only.
    case lastExtraction = "last-extraction"
    /// Rows not exported yet. Answering marks them exported, so a lost answer is lost data.
    case unexported
    /// The rows behind the last cursor, one increment after the other: together all that the task ever held.
    case increments
    /// One extraction run, by its number.
    case lot

    /// Whether a source's captures follow each other, and only all of them together are what it held; those of other
    /// sources repeat each other.
    package var isInParts: Bool { self == .unexported || self == .increments }
}
