/// How long to wait for what other processes hold for moments only, and whom to tell.
package struct OpenWait: Sendable {
    /// In seconds.
    let limit: Double
    let onWait: @Sendable (_ path: String) -> Void

    /// How long a wait is before it is told of, in seconds.
    static let silence = 1.0

    /// - Parameters:
    ///   - limit: in seconds.
    ///   - onWait: called once a wait, after a second, with the path of the file that another process holds.
    package init(limit: Double = 60, onWait: @escaping @Sendable (_ path: String) -> Void = { _ in }) {
        self.limit = limit
        self.onWait = onWait
    }
}
