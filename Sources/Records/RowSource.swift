/// Where rows come from: the API's four data endpoints, by the names used in commands, job files, folders and
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
}
