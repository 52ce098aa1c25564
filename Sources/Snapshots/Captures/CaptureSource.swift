import Archive
import OctoparseAPI
package import Records
import StorageTime

/// A source that has no windows, and is captured whole at one moment.
package enum CaptureSource: String, Sendable, Hashable, CaseIterable {
    /// Everything the task holds.
    case all
    /// The newest cloud run only.
    case lastExtraction = "last-extraction"
    /// Rows not exported yet, which answering marks as exported.
    case unexported
    /// The rows behind the last cursor.
    case increments
    /// One extraction run, by its number.
    case lot

    /// nil for ``Records/RowSource/storageTime``, which has windows.
    package init?(_ source: RowSource) {
        self.init(rawValue: source.rawValue)
    }

    package var rowSource: RowSource {
        switch self {
        case .all: .all
        case .lastExtraction: .lastExtraction
        case .unexported: .unexported
        case .increments: .increments
        case .lot: .lot
        }
    }

    /// The query that pages through it; nil for those that are not paged.
    func query(of task: TaskID) -> PageQuery? {
        switch self {
        case .all: .all(task: task.text)
        case .lastExtraction: .lastExtraction(task: task.text)
        case .unexported, .increments, .lot: nil
        }
    }
}
