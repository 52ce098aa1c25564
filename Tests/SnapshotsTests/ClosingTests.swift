import StorageTime
import Testing

@testable import Snapshots

@Suite struct ClosingTests {
    @Test func anEnclosingCountIsTheRowsOfAllWindowsAndTheLastEdge() {
        #expect(
            Closing.expectedTotal(of: [(rows: 842, edgeRows: 3), (rows: 10, edgeRows: 0), (rows: 5, edgeRows: 2)])
                == 859)
        #expect(Closing.expectedTotal(of: [(rows: 0, edgeRows: 0)]) == 0)
    }
}
