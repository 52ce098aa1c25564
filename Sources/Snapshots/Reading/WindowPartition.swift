import StorageTime

/// Cuts a window that holds more rows than one answer into pieces that should each come in one.
enum WindowPartition {
    /// The share of an answer that a piece is planned to fill: rows are not spread evenly.
    private static let fill = 0.75
    /// The most pieces made at once; a piece that is still too full is cut again.
    private static let mostPieces = 1024

    /// Slices of equal length in whole seconds, at least two.
    ///
    /// No cut falls on a full minute where slices are longer than that: rows crowd there, be it that a run starts at
    /// one or that times are stored no finer, and those at a cut are answered on both of its sides.
    ///
    /// - Parameters:
    ///   - total: how many rows the window holds, by its count.
    ///   - capacity: how many rows come in one answer.
    /// - Returns: nil for a window of one second, which cannot be cut.
    static func pieces(of window: Window, total: Int, capacity: Int) -> [Window]? {
        guard window.seconds > 1 else { return nil }
        let wanted = (Double(total) / (Double(max(capacity, 1)) * fill)).rounded(.up)
        let count = max(2, min(Int(held: wanted), window.seconds, mostPieces))
        var pieces: [Window] = []
        var rest = window
        for index in 1..<count {
            var edge = window.from.advanced(by: window.seconds / count * index + window.seconds % count * index / count)
            if edge.seconds % 60 == 0, window.seconds / count > 60 { edge = edge.advanced(by: 1) }
            guard let (piece, remainder) = rest.split(at: edge) else { continue }
            pieces.append(piece)
            rest = remainder
        }
        return pieces + [rest]
    }
}
