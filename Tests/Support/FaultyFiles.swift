package import Archive
import Synchronization

/// Files on which one step of a chosen number fails.
///
/// Steps are the calls that change something or make it durable, counted from 0: creating, each write, synchronising,
/// closing, renaming, making and removing. Reading never fails here.
package final class FaultyFiles: Files {
    /// How the step fails.
    package enum Fault: Sendable, Hashable, CaseIterable {
        /// Nothing is done.
        case refused
        /// Everything is done, and an error reported all the same.
        case doneButReported
        /// Half of a write is done; other steps are refused.
        case half
    }

    private struct State {
        var next = 0
        var failing: Int?
        var log: [String] = []
    }

    private let base: any Files
    private let fault: Fault
    private let diesThen: Bool
    private let state: Mutex<State>

    /// - Parameters:
    ///   - failing: the step's number; nil for none, which counts the steps.
    ///   - diesThen: whether every later step is refused as well, as if the process had ended there.
    package init(_ base: any Files, failing: Int?, fault: Fault = .refused, diesThen: Bool = false) {
        self.base = base
        self.fault = fault
        self.diesThen = diesThen
        state = Mutex(State(failing: failing))
    }

    /// The steps so far, in words.
    package var log: [String] { state.withLock { $0.log } }
    /// The number of steps so far.
    package var steps: Int { log.count }

    fileprivate func step(
        _ doing: String, _ path: String, half: () throws(ArchiveError) -> Void = {},
        _ body: () throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        let (number, failing) = state.withLock { state in
            defer { state.next += 1 }
            state.log.append("\(doing) \(path.split(separator: "/").last ?? "")")
            return (state.next, state.failing)
        }
        guard let failing, number == failing || diesThen && number > failing else { return try body() }
        if number == failing, fault == .doneButReported { try body() }
        if number == failing, fault == .half { try half() }
        throw ArchiveError(.cannotWrite, "cannot \(doing) \(path): step \(number) was made to fail")
    }

    package func create(_ path: String) throws(ArchiveError) -> any FileWriter {
        var writer: (any FileWriter)?
        try step("create", path) { () throws(ArchiveError) in writer = try base.create(path) }
        guard let writer else { throw ArchiveError(.cannotWrite, "cannot create \(path)") }
        return FaultyWriter(writer, path: path, files: self)
    }

    package func open(_ path: String) throws(ArchiveError) -> any FileReader { try base.open(path) }

    package func replace(_ final: String, with path: String) throws(ArchiveError) {
        try step("replace", final) { () throws(ArchiveError) in try base.replace(final, with: path) }
    }

    package func move(_ path: String, to final: String) throws(ArchiveError) {
        try step("move", final) { () throws(ArchiveError) in try base.move(path, to: final) }
    }

    package func synchronize(folder path: String) throws(ArchiveError) {
        try step("synchronise folder", path) { () throws(ArchiveError) in try base.synchronize(folder: path) }
    }

    @discardableResult
    package func makeFolder(_ path: String) throws(ArchiveError) -> Bool {
        var isMade = false
        try step("make folder", path) { () throws(ArchiveError) in isMade = try base.makeFolder(path) }
        return isMade
    }

    package func remove(_ path: String) throws(ArchiveError) {
        try step("remove", path) { () throws(ArchiveError) in try base.remove(path) }
    }

    package func list(_ path: String) throws(ArchiveError) -> [String] { try base.list(path) }

    package func status(_ path: String) throws(ArchiveError) -> FileStatus? { try base.status(path) }
}

private final class FaultyWriter: FileWriter {
    private let base: any FileWriter
    private let path: String
    private let files: FaultyFiles

    init(_ base: any FileWriter, path: String, files: FaultyFiles) {
        self.base = base
        self.path = path
        self.files = files
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        try files.step(
            "write", path,
            half: { () throws(ArchiveError) in
                try base.write(UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]))
            },
            { () throws(ArchiveError) in try base.write(bytes) })
    }

    func synchronize() throws(ArchiveError) {
        try files.step("synchronise", path) { () throws(ArchiveError) in try base.synchronize() }
    }

    func close() throws(ArchiveError) {
        try files.step("close", path) { () throws(ArchiveError) in try base.close() }
    }
}
