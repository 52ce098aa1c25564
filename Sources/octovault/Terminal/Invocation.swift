import Foundation
import Operations
import Spelling

/// How this program was started, for commands that a reader may type after it.
enum Invocation {
    /// `octovault`, the path that was typed, or `swift run octovault` where it lies in a package's build folder.
    static var typed: String { typed(CommandLine.arguments.first ?? "octovault") }

    static func typed(_ path: String) -> String {
        let parts = path.split(separator: "/")
        if parts.contains(".build"), !path.hasPrefix(".build"), !path.hasPrefix("./.build") {
            return "swift run octovault"
        }
        return path.shellWord
    }
}
