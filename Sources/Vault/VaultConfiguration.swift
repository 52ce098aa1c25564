public import Archive
public import Foundation

/// What a vault needs to know beside its path.
public struct VaultConfiguration: Sendable {
    /// The disk; tests pass one that fails.
    public var files: any Files
    /// The present instant. Default: the system's clock.
    public var now: @Sendable () -> Date
    /// The program's name and version, for `octovault.json`. Default: `octovault`.
    public var tool: String
    /// Written into lock files, so that others can say who has a task. Default: this process's.
    public var processID: Int32
    /// How many cores read manifests and archives. Default: all there are.
    public var width: Int

    public init(
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
