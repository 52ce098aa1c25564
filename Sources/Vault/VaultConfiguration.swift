package import Archive
package import Foundation

/// What a vault needs to know beside its path.
package struct VaultConfiguration: Sendable {
    /// The disk; tests pass one that fails.
    package var files: any Files
    /// The present instant. Default: the system's clock.
    package var now: @Sendable () -> Date
    /// The program's name and version, for `octovault.json`. Default: `octovault`.
    package var tool: String
    /// Written into lock files, so that others can say who has a task. Default: this process's.
    package var processID: Int32
    /// How many cores read manifests and archives. Default: all there are.
    package var width: Int

    package init(
        files: any Files = DiskFiles(), now: @escaping @Sendable () -> Date = { Date() }, tool: String = "octovault",
        processID: Int32 = ProcessInfo.processInfo.processIdentifier,
        width: Int = ProcessInfo.processInfo.activeProcessorCount
    ) {
        self.files = files
        self.now = now
        self.tool = tool
        self.processID = processID
        self.width = max(1, width)
    }
}
