import Archive
import ArgumentParser
import Foundation
import OctoparseAPI
import Operations
import Restore
import Sandbox
import Snapshots
import StorageTime
import Vault

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "See it happen: back four years of weather up from a local server, verify, restore, catch a late row.",
        discussion: "EXIT STATUS: 0 all of it worked · 73 the folder cannot be written, or holds something else")

    @Argument(help: "A folder for the demo's vault and CSV; an earlier demo's is made anew.")
    var directory = "octovault-demo"

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let folder = try DemoFolder(directory)
        let outcome = try await SignalHandling.guarding { [self] in
            try await withSandbox(SandboxConfiguration()) { baseURL, store in
                try await play(baseURL, store, folder)
            }
        }
        if let status = outcome.stoppedBy { return try finish(with: status) }
        try output.terminal.printLine(Self.farewell(folder))
    }

    private func play(_ baseURL: String, _ store: SandboxStore, _ folder: DemoFolder) async throws {
        let task = try TaskID(TaskSpecification.weather.id)
        try step(
            "A local server at \(baseURL) speaks the API over \(store.rowCount(of: task.text) ?? 0) rows of weather")
        let vault = try SnapshotVault.open(at: folder.vault, access: .create)
        defer { vault.close() }
        let account = SandboxConfiguration()
        try await OctoparseClient.with(
            configuration: APIConfiguration(
                baseURL: baseURL, username: account.username, password: { account.password }, requestsPerSecond: 0,
                cachesTokens: false),
            logger: output.logger()
        ) { client in
            let connection = SnapshotConnection(
                vault: vault, client: client, clock: StorageClock(timeZone: .gmt), settle: Seconds(900),
                configuration: TakingConfiguration())
            try await backUp(connection, task)
            try await verify(vault)
            try await restore(vault, task, folder)
            try await catchLateRow(connection, task, store)
        }
        try step("What lies in \(folder.path) now")
        for line in FolderTree.lines(of: folder.path, most: 24) { try output.terminal.printLine("  \(line)") }
    }

    private func backUp(_ connection: SnapshotConnection, _ task: TaskID) async throws {
        try step("Back up 2012 to 2015 in windows of 30 days, every count checked against the API's total")
        let report = BackfillReport(output: output)
        let range = try Window(from: StorageInstant(parsing: "2012-01-01"), to: StorageInstant(parsing: "2016-01-01"))
        let request = Backfill.Request(range: range, step: Seconds(30 * 86_400))
        let summary = await Backfill(connection: connection, report: { report.note($0) }).run(request, tasks: [task])
        output.terminal.endProgress()
        try output.terminal.printLine("  \(summary.sentence)")
        if let failure = summary.failed.first { throw failure.error }
    }

    private func verify(_ vault: SnapshotVault) async throws {
        try step("Read every archive back and compare it with its manifest")
        let report = try await vault.verify()
        try output.terminal.printLine(
            "  \(report.snapshots) snapshots, \(report.rows.grouped) rows, \(report.damaged.count) damaged")
        if let damage = report.damaged.first {
            throw Problem(.dataDamaged, code: damage.code.rawValue, damage.message)
        }
    }

    private func restore(_ vault: SnapshotVault, _ task: TaskID, _ folder: DemoFolder) async throws {
        try step("Restore to CSV")
        let receipt = try await vault.restore(RestoreRequest(task: task.text), RestoreOptions(), to: folder.csv)
        try output.terminal.printLine("  \(folder.csv): \(receipt.rowsOut.grouped) rows and a header")
    }

    private func catchLateRow(_ connection: SnapshotConnection, _ task: TaskID, _ store: SandboxStore) async throws {
        let at = try StorageInstant(parsing: "2014-02-14 09:26:53")
        store.insert(
            task: task.text,
            row:
                #"{"date":"2014/02/14","precipitation":"0.0","temp_max":"9.4","temp_min":"3.3","wind":"2.1","weather":"rainbow"}"#,
            at: at)
        try step("A row arrives late, stored at \(at). Take its window again")
        let month = try Window(from: StorageInstant(parsing: "2014-02-14"), to: StorageInstant(parsing: "2014-02-15"))
        let request = Backfill.Request(range: month, step: Seconds(30 * 86_400), isForced: true)
        let summary = await Backfill(connection: connection).run(request, tasks: [task])
        if let failure = summary.failed.first { throw failure.error }
        try output.terminal.printLine(
            "  the window is sealed again with \(summary.rows.grouped) rows: the late one is in, none is lost or doubled"
        )
    }

    private func step(_ title: String) throws {
        try output.terminal.printLine("\n\(title)")
    }

    private static func farewell(_ folder: DemoFolder) -> String {
        """

        Now try
          octovault status --vault \(folder.vault)
          octovault list --vault \(folder.vault) --files | xargs zcat | head -3
          octovault restore \(TaskSpecification.weather.id) --vault \(folder.vault) --from 2014-02-01 --to 2014-02-02 --widen
        and with your own account
          export OCTOPARSE_USERNAME=you OCTOPARSE_PASSWORD_FILE=~/.octoparse OCTOPARSE_TIME_ZONE=UTC
          octovault tasks
          octovault backfill TASK --from 2026-01-01 --to 2026-02-01 --window 1d
        """
    }
}

/// The folder that a demo plays in. It is marked, so that only a demo's own folder is ever made anew.
struct DemoFolder: Sendable {
    let path: String

    var vault: String { "\(path)/vault" }
    var csv: String { "\(path)/weather.csv" }
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
