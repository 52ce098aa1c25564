import Catalog
import Operations
import Records
import StorageTime

/// The rows of a task's newest windows, a bar a window, oldest first. Made of numbers and fixed words alone.
enum WindowBars {
    static let most = 120
    private static let height = 60

    /// - Parameter windows: newest first.
    static func svg(_ windows: [WindowFacts]) -> String {
        let shown = windows.prefix(most).reversed()
        guard let first = shown.first, let last = shown.last else { return "" }
        let top = max(1, shown.map(\.rows).max() ?? 1)
        var svg =
            "<svg class=\"bars\" viewBox=\"0 0 \(shown.count * 6) \(height)\" preserveAspectRatio=\"none\" role=\"img\">"
        svg += "<title>Rows of \(shown.count.counted("window")), \(first.window.from) to \(last.window.to); "
        svg += "the most is \(top.grouped)</title>"
        for (index, window) in shown.enumerated() {
            let size = window.rows == 0 ? 1 : max(2, Int(Double(window.rows) / Double(top) * Double(height - 2)))
            let name = window.rows == 0 ? "d-empty" : window.kept > 0 ? "bar-kept" : "bar"
            svg += "<rect x=\"\(index * 6)\" y=\"\(height - size)\" width=\"5\" height=\"\(size)\" class=\"\(name)\">"
            svg += "<title>\(window.window): \(window.rows.counted("row")), \(window.state.rawValue)</title></rect>"
        }
        return svg + "</svg>"
    }
}
