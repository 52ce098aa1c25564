import Algorithms
import Catalog
import Records
import StorageTime
import Vault

/// The windows of a task that have a snapshot, as they were when the task was taken.
struct KnownWindows: Sendable {
    /// Covered, ascending, apart from each other.
    private let covered: [WindowRecord]
    /// Those with a snapshot that does not cover them: damaged, or captured before they were closed.
    private let uncovered: Set<Window>

    init(_ coverage: Coverage) {
        covered = coverage.windows
        uncovered = Set(coverage.premature.map(\.window)).union(coverage.damaged)
    }

    init() {
        covered = []
        uncovered = []
    }

    var isEmpty: Bool { covered.isEmpty && uncovered.isEmpty }

    /// Whether the window has a snapshot of its own, sound or not.
    ///
    /// - Complexity: O(log *n*).
    func contains(_ window: Window) -> Bool {
        uncovered.contains(window) || starting(at: window.from)?.window == window
    }

    /// The covered window that ends at `instant`, as it was last counted.
    ///
    /// - Complexity: O(log *n*).
    func ending(at instant: StorageInstant) -> WindowRecord? {
        let index = covered.partitioningIndex { $0.window.to >= instant }
        return index < covered.count && covered[index].window.to == instant ? covered[index] : nil
    }

    /// The covered window that starts at `instant`, as it was last counted.
    ///
    /// - Complexity: O(log *n*).
    func starting(at instant: StorageInstant) -> WindowRecord? {
        let index = covered.partitioningIndex { $0.window.from >= instant }
        return index < covered.count && covered[index].window.from == instant ? covered[index] : nil
    }

    /// Whether a window was found to have rows at its end, which only a server that counts both edges in answers.
    ///
    /// - Complexity: O(*n*), less where the first windows tell.
    var hasClosedEdges: Bool { covered.contains { $0.facts.edgeRows > 0 } }

    /// Every window that has a snapshot, ascending.
    var all: [Window] {
        uncovered.isEmpty ? covered.map(\.window) : (covered.map(\.window) + uncovered).sorted()
    }
}
