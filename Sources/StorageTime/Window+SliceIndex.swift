/// Slices by their number, counted from 0 as ``Window/slices(onGridOf:)`` yields them: each found without going through
/// those before it.
extension Window {
    /// The stretch from one slice's start to another one's end.
    ///
    /// - Parameters:
    ///   - indices: numbers of slices, at least one, below ``sliceCount(onGridOf:)``.
    ///   - step: slice length in whole seconds, at least 1.
    /// - Returns: nil where there are no such slices.
    /// - Complexity: O(1).
    package func stretch(ofSlices indices: Range<Int>, onGridOf step: Int) -> Window? {
        guard step >= 1, !indices.isEmpty, indices.lowerBound >= 0, indices.upperBound <= sliceCount(onGridOf: step)
        else { return nil }
        return Window(
            unchecked: edge(indices.lowerBound, step),
            indices.upperBound == sliceCount(onGridOf: step) ? to : edge(indices.upperBound, step))
    }

    /// The number of the slice that holds an instant; nil outside.
    ///
    /// - Complexity: O(1).
    package func sliceIndex(of instant: StorageInstant, onGridOf step: Int) -> Int? {
        step >= 1 && contains(instant) ? instant.seconds / step - from.seconds / step : nil
    }

    private func edge(_ index: Int, _ step: Int) -> StorageInstant {
        index == 0 ? from : StorageInstant(unchecked: (from.seconds / step + index) * step)
    }
}
