import Archive
import ArgumentParser
import Foundation
import Operations
import StorageTime
import Vault

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read archives back and compare them with their manifests, or with the API.",
        discussion: """
            Compares every archive's size and SHA-256, decompresses every member and counts its rows; --deep reads every \
            row as well and compares the rows' digest and columns. Finds archives that no manifest names, manifests that \
            overlap or lie in the wrong place, and an index that differs from the manifests. Gaps are no damage. A window \
            found damaged counts as missing until it is found sound or taken again.

            --heal puts right what can be: it moves misplaced files back, sets damaged ones aside in lost+found/ with what \
            still reads of them, makes the index again, and, where an account is set, takes the windows again. Nothing is \
            removed. With --from REMOTE a copy gives what it has of it first. A window whose lost rows are not proven back is unproven from then on. --dry-run only lists the steps.

            --remote reads no archive: it counts every window again at the API, and lists those that grew or shrank; with \
            --deep it fetches the rows of the others and tells other rows from another order. One count serves many windows \
            at once, unless --deep asks for each: what came in one window and went in another cancels out in it.

            --reconcile compares the total of all that the cloud holds of a task with what the vault covers, and says where \
            rows are that it lacks: before, in gaps, behind, in windows that grew. Rows that the cloud lost are the vault's \
            surplus, and rows too recent to be taken are no lack. It counts, and fetches nothing.

            --offline DIR reads a copy, with or without a catalog, and writes nothing; --manifests FILE compares it with a \
            list by export-manifest as well, and names snapshots that are missing, extra or different.

            EXIT STATUS
              0 all of it is sound · 64 usage
              65 damaged data; --remote: windows grew, shrank or changed; --reconcile: rows are missing or unexplained;
                 --manifests: the copy differs
              69 API unavailable · 73 cannot write · 75 some windows were not looked at or not taken
              77 credentials refused · 78 bad account, vault of a newer format · 130 interrupted · 143 stopped
            """)

    @OptionGroup var selection: SelectionOptions

    @Option(
        help: ArgumentHelp(
            "Do not read what was found sound, as closely, within this time: 12h, 30d.", valueName: "duration"))
    var since: String?

    @Flag(help: "Read every row, and compare digests and columns; with --remote, fetch every row.")
    var deep = false

    @Flag(help: "Count every window again at the API instead of reading archives.")
    var remote = false

    @Flag(help: "Compare the cloud's total of each task with what the vault covers.")
    var reconcile = false

    @Flag(help: "Put right what can be; nothing is removed.")
    var heal = false

    @Flag(help: "With --heal: list what would be done, and do nothing.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "With --heal: a copy (a folder, or a remote of rclone) that is asked for what is damaged before the API is. "
                + "--heal --from REMOTE is the same, where REMOTE is no time.", valueName: "remote"),
        completion: .directory)
    var fromCopy: String?

    @Option(
        help: ArgumentHelp(
            "Verify a copied vault by its manifests alone, catalog or not, writing nothing.", valueName: "folder"),
        completion: .directory)
    var offline: String?

    @Option(
        help: ArgumentHelp(
            "With --offline: compare the copy with a list by export-manifest as well.", valueName: "file"),
        completion: .file())
    var manifests: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var account: AccountOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try checkOptions()
        let copy = try copyToHealFrom()
        let options = try options(isFromTime: copy == nil || fromCopy != nil)
        if remote { return try await runRemote(options.range) }
        if reconcile { return try await runReconcile() }
        let vault = try openVault()
        defer { vault.close() }
        let tasks = try selection.tasks(in: vault)
        let total = options.range == nil ? vault.snapshotCount(of: tasks) : nil
        let verification = Verification(vault, tasks: tasks, options: options, observer: observer(of: total))
        let outcome = try await SignalHandling.guarding { [self] in
            guard heal else { return try await verification.run(comparedWith: manifests, copy: offline) }
            return try await verification.run(
                Verification.Repair(isDryRun: dryRun, account: account.choice, copy: copy, logger: output.logger()))
        }
        if let status = outcome.stoppedBy { return try finish(with: status) }
        let verified = outcome.result
        try show(verified, since: options.since)
        let report = verified.report
        if report.snapshots == 0, report.skipped == 0, report.damaged.isEmpty {
            try output.sayNothing(in: vault, tasks: selection.tasks)
        }
        try finish(with: verified.verdict)
    }

    /// The copy of `--from-copy`, or of a `--from` that is no time.
    private func copyToHealFrom() throws -> (any CopyStore)? {
        if let fromCopy {
            guard heal else { throw Problem.usage("--from-copy goes with --heal") }
            return try CopyStores().store(fromCopy)
        }
        guard heal, let from = selection.from, (try? StorageInstant(parsing: from)) == nil else { return nil }
        return try CopyStores().store(from)
    }

    private func checkOptions() throws {
        if dryRun, !heal { throw Problem.usage("--dry-run goes with --heal") }
        if manifests != nil, offline == nil { throw Problem.usage("--manifests goes with --offline") }
        if offline != nil, vault.path != nil { throw Problem.usage("--offline names the vault: leave --vault out") }
        for (name, isSet) in [
            ("--heal", heal), ("--remote", remote), ("--since", since != nil), ("--reconcile", reconcile),
        ]
        where isSet && offline != nil {
            throw Problem.usage(
                "--offline and \(name) exclude each other", hint: "nothing is written to a vault read by --offline")
        }
        for (name, isSet) in [("--heal", heal), ("--since", since != nil)] where isSet && remote {
            throw Problem.usage("--remote and \(name) exclude each other", hint: "run the two one after the other")
        }
        for (name, isSet) in [("--heal", heal), ("--since", since != nil), ("--remote", remote), ("--deep", deep)]
        where isSet && reconcile {
            throw Problem.usage("--reconcile and \(name) exclude each other", hint: "run the two one after the other")
        }
        if reconcile, selection.from != nil || selection.to != nil {
            throw Problem.usage(
                "--reconcile is about all of a task: leave --from and --to out",
                hint: "`verify --remote` counts the windows of a range")
        }
    }

    /// - Parameter isFromTime: whether `--from` is where a range begins.
    private func options(isFromTime: Bool) throws -> VerifyOptions {
        var options = VerifyOptions()
        options.range = try isFromTime ? selection.range() : Window.range(from: nil, to: selection.to)
        options.isDeep = deep
        options.since = try since.map { Date(timeIntervalSinceNow: -Double(try Seconds.option("--since", $0).count)) }
        return options
    }

    private func openVault() throws -> SnapshotVault {
        guard let offline else { return try vault.open(dryRun ? .reading : .existing, output) }
        let vault = try SnapshotVault.open(at: offline, access: .offline)
        for notice in vault.notices { output.say("octovault: \(notice.message)".printable) }
        return vault
    }

    /// - Parameter total: how many snapshots there are to verify, where that is known.
    private func observer(of total: Int?) -> Verification.Observer {
        let (output, terminal, isQuiet) = (output, output.terminal, output.quiet)
        return Verification.Observer { done in
            guard !isQuiet else { return }
            let of = total.map { " of \($0.grouped)" } ?? ""
            let seen = done.snapshots.adding(held: done.skipped)
            terminal.show(progress: "\(seen.grouped)\(of) snapshots, \(done.rows.grouped) rows")
        } ended: {
            terminal.endProgress()
        } taking: {
            let report = BackfillReport(output: output)
            return { report.note($0) }
        }
    }
}
