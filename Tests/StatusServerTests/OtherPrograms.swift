import Foundation

/// Programs of other people that some tests use, where they are installed.
enum OtherPrograms {
    /// Debian's package `chromium`.
    static let browser = installed("chromium", "chromium-browser", "google-chrome")
    /// Debian's package `prometheus`.
    static let promtool = installed("promtool")

    private static func installed(_ names: String...) -> String? {
        names.flatMap { ["/usr/bin/\($0)", "/usr/local/bin/\($0)"] }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }
}
