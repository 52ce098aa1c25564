package import Archive
import Foundation
package import Logging
package import Snapshots
import StorageTime
package import Vault

/// Reads archives back and compares them with their manifests and, where that is asked for, puts right what can be.
package struct Verification: Sendable {
    /// What is told meanwhile.
    package struct Observer: Sendable {
        /// Called now and then while archives are read.
        let progress: @Sendable (VerifyReport) -> Void
        /// Called once archives of a vault are read.
        let ended: @Sendable () -> Void
        /// Makes what is told of windows that are taken again.
        let taking: @Sendable () -> @Sendable (SnapshotEvent) -> Void

        package init(
            progress: @escaping @Sendable (VerifyReport) -> Void, ended: @escaping @Sendable () -> Void,
            taking: @escaping @Sendable () -> @Sendable (SnapshotEvent) -> Void
        ) {
            self.progress = progress
            self.ended = ended
            self.taking = taking
        }
    }

    /// How damage is put right.
    package struct Repair: Sendable {
        let isDryRun: Bool
        /// Whose server gives the rows of damaged windows again, where one is set.
        let account: AccountChoice
        /// A copy of the vault that has what is damaged here, which is asked before the server.
        let copy: (any CopyStore)?
        let logger: Logger

        /// - Parameter isDryRun: makes the plan, and changes nothing.
        package init(isDryRun: Bool, account: AccountChoice, copy: (any CopyStore)? = nil, logger: Logger) {
            self.isDryRun = isDryRun
            self.copy = copy
            self.account = account
            self.logger = logger
        }
    }

    private let vault: SnapshotVault
    private let tasks: [TaskID]?
    private let options: VerifyOptions
    private let observer: Observer

    /// - Parameter tasks: nil for all that the vault holds.
    package init(_ vault: SnapshotVault, tasks: [TaskID]?, options: VerifyOptions, observer: Observer) {
        self.vault = vault
        self.tasks = tasks
        self.options = options
        self.observer = observer
    }

    /// Reads the archives.
    ///
    /// - Parameter list: a list by `export-manifest`, which the vault, a copy at `copy`, is compared with as well.
    package func run(comparedWith list: String?, copy: String?) async throws -> Verified {
        // A wrong list is to be told before archives are read for an hour.
        let comparison = try compare(list, copy)
        return Verified(try await read(options), comparison)
    }

    /// Reads the archives, puts right what this machine can, takes again what the API has, and reads once more.
    package func run(_ repair: Repair) async throws -> Verified {
        let started = Date()
        var verified = Verified(try await read(options))
        let plan = HealPlan(verified.report)
        verified.plan = plan
        if repair.isDryRun || plan.steps.isEmpty { return verified }
        var healed = try await vault.heal(plan)
        if let copy = repair.copy {
            healed.done += try await CopyHealing(vault: vault, store: copy).run(plan)
        }
        let damaged = try plan.tasksMissingIncrements(in: vault)
        for task in damaged where !healed.locked.contains(task) {
            do {
                healed.done += try await vault.rescueIncrements(of: task)
            } catch let error as VaultError {
                healed.add(error)
            }
        }
        verified.healed = healed
        try await take(plan.missingWindows(in: vault), repair, &verified)
        try await walk(damaged, repair, &verified)
        var again = options
        // What was read a moment ago need not be read once more.
        again.since = options.since ?? started
        verified.after = try await read(again)
        return verified
    }

    private func take(_ windows: [TaskID: [Window]], _ repair: Repair, _ verified: inout Verified) async throws {
        guard !windows.isEmpty else { return }
        do {
            let account = try repair.account.account()
            let session = AccountSession(vault: vault, account: account, logger: repair.logger)
            verified.taken = try await session.retake(windows, report: observer.taking())
        } catch let problem as Problem where problem.code == "no-account" {
            verified.missing = windows.values.reduce(0) { $0 + $1.count }
            verified.accountProblem = problem.message
        }
    }

    /// Reads tasks from their first row on whose increments were damaged: what is not here, by its bytes, is stored.
    private func walk(_ tasks: [TaskID], _ repair: Repair, _ verified: inout Verified) async throws {
        guard !tasks.isEmpty else { return }
        do {
            let account = try repair.account.account()
            let session = AccountSession(vault: vault, account: account, logger: repair.logger)
            var request = CaptureRun.Request(source: .increments)
            request.walksAgainAfter = Seconds(0)
            verified.walked = try await session.capture(request, tasks: tasks) { _ in }
        } catch let problem as Problem where problem.code == "no-account" {
            verified.missingIncrements = tasks.count
            verified.accountProblem = problem.message
        }
    }

    private func read(_ options: VerifyOptions) async throws -> VerifyReport {
        let report = try await vault.verify(tasks: tasks, options: options, progress: observer.progress)
        observer.ended()
        return report
    }

    /// Compares a copy's manifests with an exported list; nil where there is none to compare with.
    private func compare(_ list: String?, _ copy: String?) throws -> ListComparison? {
        guard let list, let copy else { return nil }
        guard case .list = try ComparisonInput(list) else {
            throw Problem.usage(
                "--manifests: \(list) is no exported list", hint: "`octovault export-manifest -o FILE` writes one")
        }
        let wanted = ManifestSelection(tasks: tasks, range: options.range)
        return try ListComparison(
            list: try FileManifests(list, selection: wanted), folder: try FolderManifests(at: copy, selection: wanted))
    }
}
