import NIOCore
import Records
import StorageTime

/// A question for rows, checked but for the task.
struct DataQuery: Sendable, Hashable {
    var source: RowSource
    var task: String
    /// Both edges, for ``RowSource/storageTime`` only.
    var from = StoredTime(milliseconds: 0)
    var to = StoredTime(milliseconds: 0)
    /// 1 is the first page.
    var index = 1
    /// Rows a page, or rows of a batch: 1 to 1000.
    var size = 1000
}

/// How an answer departs from the plain truth; the default does not.
struct PageShape: Sendable, Hashable {
    var leavesEdgesOut = false
    /// How many rows at a page's end are left out.
    var droppedRows = 0
    /// Whether all rows of the query change places, not only those on the page.
    var reordersRows = false
    var totalIsOfTask = false
    var totalExcess = 0
    var currentTotalExcess = 0
    var totalsAsText = false
    var keysReordered = false
}

/// A page's body, ready to send.
struct PageBody: Sendable {
    var bytes: ByteBuffer
    var isCompressed: Bool
}
