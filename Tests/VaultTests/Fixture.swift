import Archive
import Catalog
import Foundation
import Records
import RowJSON
import StorageTime
import TestSupport
import Vault

/// 2026-11-23T10:00:00Z.
let testNow = Date(timeIntervalSince1970: 1_795_428_000)
let weather = "weather"

/// A vault in a folder of its own, and short ways to fill it.
struct Fixture {
    let folder: TemporaryFolder
    var vault: SnapshotVault
    /// What the vault is opened with where nothing else is said.
    let disk: any Files
    var path: String { "\(folder.path)/vault" }

    init(files: (any Files)? = nil, disk: any Files = DiskFiles()) throws {
        folder = try TemporaryFolder()
        self.disk = disk
        vault = try SnapshotVault.open(
            at: "\(folder.path)/vault", access: .create, configuration: Self.configuration(files ?? disk))
    }

    /// The same folder, with a vault opened anew.
    init(copying fixture: Fixture, vault: SnapshotVault) {
        folder = fixture.folder
        disk = fixture.disk
        self.vault = vault
    }

    static func configuration(_ files: any Files = DiskFiles()) -> VaultConfiguration {
        VaultConfiguration(files: files, now: { testNow }, tool: "test 1", processID: 4711, width: 2)
    }

    func open(_ access: SnapshotVault.Access = .existing, files: (any Files)? = nil) throws -> SnapshotVault {
        try SnapshotVault.open(at: path, access: access, configuration: Self.configuration(files ?? disk))
    }

    /// Publishes snapshots of hours of the first of November, each taken when it was long closed.
    func seal(_ hours: [Int], task: String = weather, rows: Int = 3) async throws {
        let locked = try await vault.lock(TaskID(task), wait: .no)
        defer { locked.release() }
        for hour in hours { try locked.publish(window(hour, hour + 1), rows: rows) }
    }

    func coverage(task: String = weather, zone: String? = "UTC") async throws -> Coverage {
        let locked = try await vault.lock(TaskID(task), wait: .no)
        defer { locked.release() }
        return try locked.coverage(zone: zone)
    }

    func status(zone: String? = "UTC") throws -> [TaskStatus] {
        try vault.status(clock: StorageClock(zoneNamed: zone), settle: Seconds(900), now: testNow)
    }

    /// The only file whose name ends so, as an absolute path.
    func file(_ suffix: String, hour: Int = 0) throws -> String {
        let stem = try window(hour, hour + 1).from.compact
        let names = folder.allFiles().filter { $0.hasSuffix(suffix) && $0.contains("\(stem)_") }
        guard names.count == 1 else { throw FixtureError(names: names) }
        return "\(folder.path)/\(names[0])"
    }

    func read(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) }

    func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

    struct FixtureError: Error { var names: [String] }
}

extension LockedTask {
    func coverage(zone: String? = "UTC", host: String = "h") throws -> Coverage {
        try coverage(
            host: host, clock: StorageClock(zoneNamed: zone), settle: Seconds(900), now: testNow)
    }

    /// Publishes a window of `rows` rows, or one without rows in the state given.
    @discardableResult
    func publish(
        _ window: Window, rows: Int = 3, state: SnapshotState = .sealed, host: String = "h", zone: String? = "UTC",
        capturedAt: Date = testNow, kept: Int = 0
    ) throws -> Manifest {
        let snapshot = try pending(
            window, rows: rows, state: state, host: host, zone: zone, capturedAt: capturedAt, kept: kept)
        try publish(snapshot.manifest, draft: snapshot.draft, at: snapshot.address)
        return snapshot.manifest
    }

    /// A window of `rows` rows, or one without rows in the state given, ready to be published.
    func pending(
        _ window: Window, rows: Int = 3, state: SnapshotState = .sealed, host: String = "h", zone: String? = "UTC",
        capturedAt: Date = testNow, kept: Int = 0
    ) throws -> PendingSnapshot {
        let address = address(of: window)
        let draft = try beginDraft(at: address)
        if rows > 0, state != .pruned {
            try draft.append(MemberEncoder().encode(Fixture.rows(rows, window, draft.revision)))
        }
        let archive = try draft.finish()
        let manifest = Manifest(
            tool: "test 1", state: state, source: .storageTime, host: host, task: task, taskName: "Weather",
            window: window, timeZone: zone, convention: .closed, proof: .oneAnswer, revision: draft.revision,
            capturedAt: capturedAt, total: rows - kept, kept: kept, rows: rows, columns: draft.columns,
            rowsDigest: draft.digest, archive: archive)
        return PendingSnapshot(manifest, draft: draft, at: address)
    }

    /// Publishes a window whose archive has several members.
    @discardableResult
    func publish(members: [Int], _ window: Window) throws -> Manifest {
        let address = address(of: window)
        let draft = try beginDraft(at: address)
        for (index, rows) in members.enumerated() {
            try draft.append(MemberEncoder().encode(Fixture.rows(rows, window, index + 100)))
        }
        let manifest = Manifest(
            tool: "test 1", state: .sealed, source: .storageTime, host: "h", task: task, taskName: "Weather",
            window: window, timeZone: "UTC", convention: .closed, proof: .oneAnswer, revision: draft.revision,
            capturedAt: testNow, total: draft.rows, rows: draft.rows, columns: draft.columns, rowsDigest: draft.digest,
            archive: try draft.finish())
        try publish(manifest, draft: draft, at: address)
        return manifest
    }

    @discardableResult
    func capture(_ source: RowSource, rows: Int, at instant: Date = testNow) throws -> Manifest {
        let address = try captureAddress(source: source, at: instant)
        let draft = try beginDraft(at: address)
        try draft.append(MemberEncoder().encode(Fixture.rows(rows, window(0, 1), 1)))
        let manifest = Manifest(
            tool: "test 1", state: .sealed, source: source, host: "h", task: task, window: nil, proof: .twoPasses,
            capturedAt: instant, total: rows, rows: rows, columns: draft.columns, rowsDigest: draft.digest,
            archive: try draft.finish())
        try publish(manifest, draft: draft, at: address)
        return manifest
    }
}

extension Fixture {
    static func rows(_ count: Int, _ window: Window, _ revision: Int) -> RowBlock {
        let lines = (0..<count).map { #"{"at":"\#(window.from)","n":"\#($0)","r":"\#(revision)"}"# + "\n" }
        return RowBlock(ndjson: Array(lines.joined().utf8))
    }
}

func window(_ from: Int, _ to: Int) throws -> Window {
    let day = try StorageInstant(parsing: "2026-11-01")
    return try Window(from: day.advanced(by: from * 3600), to: day.advanced(by: to * 3600))
}

/// The instant at which an hour of the first of November ends in UTC.
func end(ofHour hour: Int) throws -> Date {
    Date(timeIntervalSince1970: Double(try window(hour, hour + 1).to.seconds - 62_135_596_800))
}
