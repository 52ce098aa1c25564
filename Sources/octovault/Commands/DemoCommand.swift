import Archive
import ArgumentParser
import Foundation
import OctoparseAPI
import Operations
import Records
import Restore
import Sandbox
import Snapshots
import Spelling
import StorageTime
import Synchronization
import Vault

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "See it happen: back four years of weather up from a local server, verify, restore, catch a late row; on both APIs.",
        discussion: """
            --json prints one document at the end: folder, vault, csv, task, rows, steps.

            EXIT STATUS: 0 all of it worked · 73 the folder cannot be written, or holds something else
            """)

    @Argument(help: "A folder for the demo's vault and CSV; an earlier demo's is made anew.", completion: .directory)
    var directory = "octovault-demo"

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let folder = try DemoFolder(directory)
        let told = DemoScript(output: output)
        let outcome = try await SignalHandling.guarding { [self] in
            try await withSandbox(SandboxConfiguration()) { baseURL, store in
                try await play(baseURL, store, folder, told)
            }
        }
        if let status = outcome.stoppedBy { return try finish(with: status) }
        let ofToday = try await SignalHandling.guarding { [self] in
            try await withSandbox(SandboxConfiguration(api: .openAPI)) { baseURL, store in
                try await playToday(baseURL, store, folder, told)
            }
        }
        if let status = ofToday.stoppedBy { return try finish(with: status) }
        try told.step("What lies in \(folder.path) now")
        for line in FolderTree.lines(of: folder.path, most: 16) { try told.tell(line) }
        guard !output.json else {
            return try output.terminal.printLine(
                .object([
                    "folder": .text(folder.path), "vault": .text(folder.vault), "csv": .text(folder.csv),
                    "task": .text(TaskSpecification.weather.id), "rows": .integer(outcome.result),
                    "steps": .array(told.steps.map { .text($0) }),
                ]))
        }
        try output.terminal.printLine(try Self.farewell(folder))
    }

    /// - Returns: how many rows the vault holds in the end.
    private func play(
        _ baseURL: String, _ store: SandboxStore, _ folder: DemoFolder, _ told: DemoScript
    ) async throws -> Int {
        let task = try TaskID(TaskSpecification.weather.id)
        let rows = store.rowCount(of: task.text) ?? 0
        try told.step("A local server at \(baseURL) speaks the API over \(rows.counted("row")) of weather")
        let vault = try SnapshotVault.open(at: folder.vault, access: .create)
        // Closed before anybody looks at the folder: then the index is one file.
        defer { vault.close() }
        let account = SandboxConfiguration()
        return try await OctoparseClient.with(
            configuration: APIConfiguration(
                baseURL: baseURL, username: account.username, password: { account.password }, requestsPerSecond: 0,
                cachesTokens: false),
            logger: output.logger()
        ) { client in
            var connection = SnapshotConnection(
                vault: vault, client: client, clock: StorageClock(timeZone: .gmt), settle: Seconds(900),
                configuration: TakingConfiguration())
            connection.taskName = { _ in TaskSpecification.weather.name }
            try await backUp(connection, task, told)
            try await verify(vault, told)
            try await restore(vault, task, folder, told)
            return try await catchLateRow(connection, task, store, told)
        }
    }

    private func backUp(_ connection: SnapshotConnection, _ task: TaskID, _ told: DemoScript) async throws {
        try told.step("Back up 2012 to 2015 in windows of a week, every count checked against the API's total")
        let report = BackfillReport(output: output)
        let request = Backfill.Request(range: try Self.weeks(from: "2011-12-26", to: "2016-01-04"), step: Self.week)
        let summary = await Backfill(connection: connection, report: { report.note($0) }).run(request, tasks: [task])
        output.terminal.endProgress()
        try told.tell(summary.sentence)
        if let failure = summary.failed.first { throw failure.error }
    }

    private func verify(_ vault: SnapshotVault, _ told: DemoScript) async throws {
        try told.step("Read every archive back and compare it with its manifest")
        let report = try await vault.verify()
        try told.tell(
            "\(report.snapshots.counted("snapshot")), \(report.rows.counted("row")), \(report.damaged.count) damaged")
        if let damage = report.damaged.first {
            throw Problem(.dataDamaged, code: damage.code.rawValue, damage.message)
        }
    }

    private func restore(
        _ vault: SnapshotVault, _ task: TaskID, _ folder: DemoFolder, _ told: DemoScript
    ) async throws {
        try told.step("Restore to CSV")
        let receipt = try await vault.restore(RestoreRequest(task: task.text), RestoreOptions(), to: folder.csv)
        try told.tell("\(folder.csv): \(receipt.rowsOut.counted("row")) and a header; it begins")
        let csv = try String(contentsOfFile: folder.csv, encoding: .utf8)
        for line in csv.split(separator: "\n").prefix(4) { try told.tell("  \(line)") }
    }

    private func catchLateRow(
        _ connection: SnapshotConnection, _ task: TaskID, _ store: SandboxStore, _ told: DemoScript
    ) async throws -> Int {
        let at = try StorageInstant(parsing: "2014-02-14 09:26:53")
        store.insert(
            task: task.text,
            row: Self.lateRow, at: at)
        try told.step("A row arrives late, stored at \(at). Take its week again")
        let request = Backfill.Request(
            range: try Self.weeks(from: "2014-02-10", to: "2014-02-17"), step: Self.week, isForced: true)
        let summary = await Backfill(connection: connection).run(request, tasks: [task])
        if let failure = summary.failed.first { throw failure.error }
        try told.tell(
            "the window is sealed again with \(summary.rows.counted("row")): the late one is in, none is lost or doubled"
        )
        return store.rowCount(of: task.text) ?? 0
    }

    /// The same task on the API of today: no storage time, so increments by a cursor, and unexported rows that are
    /// marked once they are stored.
    private func playToday(
        _ baseURL: String, _ store: SandboxStore, _ folder: DemoFolder, _ told: DemoScript
    ) async throws {
        try told.step(
            "Accounts of recent years have another API, openapi: now the local server at \(baseURL) speaks it")
        try told.tell("it takes an API key, tells no storage time, and gives rows behind a cursor")
        let task = try TaskID(TaskSpecification.weather.id)
        let vault = try SnapshotVault.open(at: folder.vaultOfToday, access: .create)
        defer { vault.close() }
        let key = store.key
        try await OctoparseClient.with(
            configuration: APIConfiguration(
                baseURL: baseURL, username: "", password: { key }, requestsPerSecond: 0, cachesTokens: false,
                usesKey: true, dialect: .openAPI),
            logger: output.logger()
        ) { client in
            var connection = SnapshotConnection(
                vault: vault, client: client, clock: StorageClock(timeZone: .gmt), settle: Seconds(900),
                configuration: TakingConfiguration())
            connection.taskName = { _ in TaskSpecification.weather.name }
            let run = CaptureRun(connection: connection)
            func take(_ source: CaptureSource) async throws {
                for outcome in await run.run(.init(source: source), tasks: [task]) {
                    if let error = outcome.error { throw error }
                    try told.tell(outcome.sentence)
                }
            }
            try told.step("Take an increment: all rows at first")
            try await take(.increments)
            store.insert(task: task.text, row: Self.lateRow, at: try StorageInstant(parsing: "2016-01-01 09:26:53"))
            try told.step("A row comes. The next increment is what lies behind the last cursor")
            try await take(.increments)
            try told.step("Drain the unexported rows: fetched, stored, and only then marked as exported")
            try await take(.unexported)
            try told.step("Restore the increments, and compare them with the server's rows")
            let request = RestoreRequest(task: task.text, source: .increments)
            let receipt = try await vault.restore(request, RestoreOptions(), to: folder.csvOfToday)
            guard receipt.rowsOut == store.rowCount(of: task.text) else {
                throw Problem(.defect, code: "defect", "\(receipt.rowsOut) rows came back, and the server has others")
            }
            try told.tell(
                "\(folder.csvOfToday): \(receipt.rowsOut.counted("row")) and a header, as many as the server has")
        }
    }

    private static let lateRow =
        #"{"date":"2014/02/14","precipitation":"0.0","temp_max":"9.4","temp_min":"3.3","wind":"2.1","weather":"rainbow"}"#

    private static let week = Seconds(7 * 86_400)

    private static func weeks(from: String, to: String) throws -> Window {
        try Window(from: StorageInstant(parsing: from), to: StorageInstant(parsing: to))
    }

    private static func farewell(_ folder: DemoFolder) throws -> String {
        let program = Invocation.typed
        let vault = folder.vault.shellWord
        return """

            Now try
              \(program) status --vault \(vault)
              \(program) list --vault \(vault) --files | xargs -d '\\n' zcat | head -3
              \(program) restore \(TaskSpecification.weather.id.prefix(8)) --vault \(vault) --from 2014-02-10 --to 2014-02-17
            and with your own account
              \(program) init
            or, without its files,
              export OCTOPARSE_USERNAME=you OCTOPARSE_PASSWORD_FILE=~/.octoparse-password
              \(program) tasks
              \(program) probe TASK
              \(program) backfill TASK --from 30d --window 1d
            and on an account of recent years
              export OCTOPARSE_BASE_URL=https://openapi.octoparse.com OCTOPARSE_API_KEY_FILE=~/.octoparse-key
              \(program) snapshot TASK --source increments
            """
    }
}

/// What a demo tells, step by step: at once or, with `--json`, in the document at its end.
final class DemoScript: Sendable {
    private let output: OutputOptions
    private let told = Mutex<[String]>([])

    init(output: OutputOptions) {
        self.output = output
    }

    var steps: [String] { told.withLock { $0 } }

    func step(_ title: String) throws {
        guard output.json else {
            try output.terminal.printLine("")
            return try output.terminal.printSentence(title, indent: "")
        }
        told.withLock { $0.append(title) }
    }

    func tell(_ line: String) throws {
        guard !output.json else { return }
        try output.terminal.printSentence("  \(line)", indent: "  ")
    }
}

/// The folder that a demo plays in. It is marked, so that only a demo's own folder is ever made anew.
struct DemoFolder: Sendable {
    let path: String

    var vault: String { "\(path)/vault" }
    var csv: String { "\(path)/weather.csv" }
    var vaultOfToday: String { "\(path)/vault-openapi" }
    var csvOfToday: String { "\(path)/weather-openapi.csv" }
    private var marker: String { "\(path)/.octovault-demo" }

    init(_ path: String) throws {
        self.path = path
        let files = FileManager.default
        do {
            if let names = try? files.contentsOfDirectory(atPath: path), !names.isEmpty {
                guard files.fileExists(atPath: marker) else {
                    throw Problem(
                        .cannotWrite, code: "not-a-demo", "\(path) holds something that is no demo's",
                        hint: "name another folder: octovault demo DIR")
                }
                try files.removeItem(atPath: path)
            }
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: marker))
        } catch let error as Problem {
            throw error
        } catch {
            throw Problem(
                .cannotWrite, code: "cannot-write",
                "the demo's folder \(path) cannot be made: \(error.localizedDescription)",
                hint: "name another folder: octovault demo DIR")
        }
    }
}
