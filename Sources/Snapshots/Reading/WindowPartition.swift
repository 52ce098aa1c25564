import StorageTime

/// Cuts a window that holds more rows than one answer into pieces that should each come in one.
enum WindowPartition {
    /// The share of an answer that a piece is planned to fill: rows are not spread evenly.
    static let fill = 0.75
    /// The same where it is known how a stretch's rows lie, and how many these are.
    static let knownFill = 0.9
    /// How many answers' rows are expected at most of a window that is likely to come in two.
    static let twoAnswers = 1.5
    /// The most pieces made at once; a piece that is still too full is cut again.
    private static let mostPieces = 1024

    /// Slices in whole seconds, at least two: with as many rows each as ``Density`` expects there, of equal length
    /// where nothing is expected.
    ///
    /// No cut falls on a full minute where slices are longer than that: rows crowd there, be it that a run starts at
    /// one or that times are stored no finer, and those at a cut are answered on both of its sides.
    ///
    /// - Parameters:
    ///   - total: how many rows the window holds, by its count.
    ///   - capacity: how many rows come in one answer.
    ///   - fill: the share of an answer that a piece is to fill.
    /// - Returns: nil for a window of one second, which cannot be cut.
    static func pieces(
        of window: Window, total: Int, capacity: Int, fill: Double = fill, density: Density? = nil
    ) -> [Window]? {
        guard window.seconds > 1 else { return nil }
        let wanted = (Double(total) / (Double(max(capacity, 1)) * fill)).rounded(.up)
        let count = max(2, min(Int(held: wanted), window.seconds, mostPieces))
        let cuts = density.map { Self.cuts(of: window, total: total, into: count, $0) } ?? []
        return pieces(of: window, at: cuts, isAvoidingMinutes: window.seconds / count > 60)
            ?? pieces(
                of: window, at: (1..<count).map { evenCut(of: window, $0, of: count) },
                isAvoidingMinutes: window.seconds / count > 60)
    }

    /// An instant inside a window, about a share of whose rows lie before it: as ``Density`` expects them, or where
    /// nothing is expected, as if they lay evenly.
    ///
    /// It is beside a full minute, as ``pieces(of:total:capacity:fill:density:)`` says.
    ///
    /// - Parameters:
    ///   - share: kept between a sixteenth and fifteen of them.
    ///   - total: how many rows the window is known to hold.
    /// - Returns: nil for a window of one second.
    static func cut(of window: Window, share: Double, total: Int, density: Density) -> StorageInstant? {
        guard window.seconds > 1 else { return nil }
        let steps = 16
        let step = Int(min(max(1, (share * Double(steps)).rounded()), Double(steps - 1)))
        let cuts = cuts(of: window, total: total, into: steps, density)
        let cut = cuts.count == steps - 1 ? cuts[step - 1] : evenCut(of: window, step, of: steps)
        let edge = window.seconds > 60 * steps && cut.seconds % 60 == 0 ? cut.advanced(by: 1) : cut
        return min(max(edge, window.from.advanced(by: 1)), window.to.advanced(by: -1))
    }

    /// Where rows do not lie as they were seen to, cuts by what was seen would leave nearly all of them on one side
    /// time and again: then there are none.
    private static func cuts(
        of window: Window, total: Int, into count: Int, _ density: Density
    ) -> [StorageInstant] {
        density.expectedRows(of: window).multiplied(held: 3) >= total ? density.cuts(of: window, into: count) : []
    }

    private static func evenCut(of window: Window, _ index: Int, of count: Int) -> StorageInstant {
        window.from.advanced(by: window.seconds / count * index + window.seconds % count * index / count)
    }

    /// - Returns: nil where no cut falls inside the window.
    private static func pieces(
        of window: Window, at cuts: [StorageInstant], isAvoidingMinutes: Bool
    ) -> [Window]? {
        var pieces: [Window] = []
        var rest = window
        for cut in cuts {
            let edge = isAvoidingMinutes && cut.seconds % 60 == 0 ? cut.advanced(by: 1) : cut
            guard let (piece, remainder) = rest.split(at: edge) else { continue }
            pieces.append(piece)
            rest = remainder
        }
        return pieces.isEmpty ? nil : pieces + [rest]
    }
}
