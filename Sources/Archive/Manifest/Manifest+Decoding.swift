import Foundation
import Records
import StorageTime

extension Manifest {
    /// The largest manifest file that is read, in bytes: room for four million members.
    package static let maximumBytes = 512 << 20

    /// Reads a manifest file's bytes, and checks its checksum and that its figures agree.
    ///
    /// - Parameter path: names the file in errors.
    /// - Throws: ``ArchiveError/Code/newerFormat``, ``ArchiveError/Code/manifestUnreadable``,
    ///   ``ArchiveError/Code/manifestSHA256`` or ``ArchiveError/Code/manifestInconsistent``.
    package static func decode(_ bytes: [UInt8], path: String = "the manifest") throws(ArchiveError) -> Manifest {
        try checkFormat(bytes, path: path)
        try checkSum(bytes, path: path)
        var object = try ManifestObject(parse(bytes, path: path), path: path)
        let manifest = try Manifest(reading: &object)
        try manifest.check(path: path)
        return manifest
    }

    /// Reads a manifest from its file.
    ///
    /// - Throws: what ``decode(_:path:)`` throws; ``ArchiveError/Code/notFound`` where there is no such file, and
    ///   ``ArchiveError/Code/manifestUnreadable`` where it cannot be read.
    package static func read(_ path: String, files: any Files) throws(ArchiveError) -> Manifest {
        try decode(readBytes(path, files: files), path: path)
    }

    /// A manifest file's bytes, as ``read(_:files:)`` gets them.
    package static func readBytes(_ path: String, files: any Files) throws(ArchiveError) -> [UInt8] {
        do {
            return try files.read(path, limit: maximumBytes)
        } catch  where error.code == .cannotRead {
            throw ArchiveError(.manifestUnreadable, error.message, hint: error.hint, cause: error)
        }
    }

    /// The `manifest_sha256` that stands at the end of a manifest file, unchecked; nil where there is none.
    package static func checksum(in bytes: [UInt8]) -> String? {
        guard let key = checksumKey(in: bytes) else { return nil }
        return String(decoding: bytes[(key + checksumLead.count)..<(key + checksumLead.count + 64)], as: UTF8.self)
    }

    private static let formatLead = Array("{\"format\":".utf8)
    private static let checksumLead = Array("\"manifest_sha256\":\"".utf8)

    /// Where the last key begins, in a file that ends as every manifest does.
    private static func checksumKey(in bytes: [UInt8]) -> Int? {
        let end = bytes.count - 1
        let start = end - 2 - 64 - checksumLead.count
        // A file without its newline is one that was cut short.
        guard start >= 0, bytes[end] == UInt8(ascii: "\n"), bytes[end - 1] == UInt8(ascii: "}"),
            bytes[end - 2] == UInt8(ascii: "\""),
            bytes[start..<(start + checksumLead.count)].elementsEqual(checksumLead)
        else { return nil }
        return start
    }

    private static func checkSum(_ bytes: [UInt8], path: String) throws(ArchiveError) {
        guard let key = checksumKey(in: bytes), let stated = checksum(in: bytes) else {
            throw ArchiveError(.manifestUnreadable, "\(path) is no manifest: it does not end in 'manifest_sha256'")
        }
        let digest = bytes.withUnsafeBytes { SHA256.hash(UnsafeRawBufferPointer(rebasing: $0[..<key])) }
        guard digest.hex == stated else {
            throw ArchiveError(
                .manifestSHA256, "\(path) is damaged: its SHA-256 is not the one that it states",
                hint: "restore the file from a copy of the vault, or take the window again with --force")
        }
    }

    /// Looks at the format first, since a newer one may hold anything.
    private static func checkFormat(_ bytes: [UInt8], path: String) throws(ArchiveError) {
        let lead = formatLead
        guard bytes.starts(with: lead) else {
            throw ArchiveError(.manifestUnreadable, "\(path) is no manifest: it does not begin with its format")
        }
        let digits = bytes[lead.count...].prefix(10).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard number <= format else {
            throw ArchiveError(
                .newerFormat, "\(path) has format \(number), and this program knows only formats up to \(format)",
                hint: "use the octovault that wrote it, or a later one")
        }
        guard number == format else {
            throw ArchiveError(.manifestUnreadable, "\(path) is no manifest: it has no format that ever was")
        }
    }

    private static func parse(_ bytes: [UInt8], path: String) throws(ArchiveError) -> JSONTree {
        do throws(JSONTree.Failure) {
            return try JSONTree.parse(bytes)
        } catch {
            throw ManifestObject.unreadable(error, path)
        }
    }

    private init(reading object: inout ManifestObject) throws(ArchiveError) {
        let tool = try object.string("tool")
        let state: SnapshotState = try object.choice("state")
        let source: RowSource = try object.choice("source")
        let host = try object.string("host")
        var task = try object.object("task")
        let (id, name) = (try task.string("id"), try task.string("name"))
        guard let taskID = try? TaskID(id) else { throw task.wrong("id", "text") }
        let window = try object.window()
        var interval = try object.object("interval")
        let range = try object.range()
        let lot = try object.lot()
        let mark = try object.mark()
        try self.init(
            tool: tool, state: state, source: source, host: host, task: taskID, taskName: name,
            window: window?.window, timeZone: window?.timeZone, convention: interval.choice("convention"),
            isConventionAssumed: interval.boolean("assumed"), proof: object.choice("proof"),
            revision: object.integer("revision", least: 1), capturedAt: object.date("captured_at"),
            recheckedAt: object.optionalDate("rechecked_at"), total: object.integer("total"),
            edgeRows: object.integer("edge_rows"), kept: object.integer("kept"), rows: object.integer("rows"),
            requests: object.integer("requests"), attempts: object.integer("attempts"),
            columns: object.strings("columns"), rowsDigest: object.digest("rows_digest"), archive: object.archive(),
            absent: object.absent(),
            superseded: object.array("superseded") { tree, path throws(ArchiveError) in
                try Superseded(reading: ManifestObject(tree, path: path))
            },
            replaces: object.strings("replaces"),
            parts: object.array("parts") { tree, path throws(ArchiveError) in
                try Part(reading: ManifestObject(tree, path: path))
            }, range: range, lot: lot, mark: mark)
        increments = try object.increments()
        isEdgeOnly = try object.flag("edge_only")
    }
}

extension Manifest.Superseded {
    fileprivate init(reading object: consuming ManifestObject) throws(ArchiveError) {
        var object = object
        let revision = try object.integer("revision", least: 1)
        let capturedAt = try object.date("captured_at")
        let rows = try object.integer("rows")
        let digest = try object.digest("rows_digest")
        guard let archive = try object.archive() else { throw object.wrong("archive", "an object") }
        self.init(revision: revision, capturedAt: capturedAt, rows: rows, rowsDigest: digest, archive: archive)
    }
}

extension Manifest.Part {
    fileprivate init(reading object: consuming ManifestObject) throws(ArchiveError) {
        var object = object
        let state: SnapshotState = try object.choice("state")
        guard let window = try object.window() else { throw object.wrong("window", "an object") }
        var interval = try object.object("interval")
        let evidence = Evidence(
            proof: try object.choice("proof"), convention: try interval.choice("convention"),
            isConventionAssumed: try interval.boolean("assumed"), timeZone: window.timeZone)
        let facts = SnapshotFacts(
            state: state, revision: try object.integer("revision", least: 1),
            capturedAt: try object.date("captured_at"),
            recheckedAt: try object.optionalDate("rechecked_at"), total: try object.integer("total"),
            edgeRows: try object.integer("edge_rows"), kept: try object.integer("kept"),
            rows: try object.integer("rows"))
        try self.init(
            window: window.window, evidence: evidence, facts: facts, rowsDigest: object.digest("rows_digest"),
            members: object.members(), absent: object.absent())
    }
}
