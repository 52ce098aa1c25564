package import Archive
import Records
package import StorageTime

/// What can be done about the damage that a verification found, step by step, before anything is done.
package struct HealPlan: Sendable {
    /// One thing to do.
    package struct Step: Sendable, Hashable {
        /// The closed list of what can be done.
        package enum Action: String, Sendable, CaseIterable {
            /// A manifest, and the archive that it names, go back to where they belong; where that place is taken, to
            /// `lost+found/`.
            case putBack = "put-back"
            /// A damaged snapshot goes to `lost+found/`, and what still reads of it is written beside it. Its window is
            /// then to be taken again, with what was saved.
            case quarantined = "set-aside"
            /// A window that was set aside, or whose manifest is gone, is asked for at the API.
            case takeAgain = "take-again"
            /// A file that no manifest names goes to `lost+found/`.
            case moveAside = "move-aside"
            /// The index is made again from the manifests.
            case rebuildCatalog = "rebuild-catalog"
            /// Only a person can tell what is right.
            case byHand = "by-hand"
        }

        package var action: Action
        /// What the step is about: a path below the vault.
        package var path: String
        /// The task concerned; nil where it cannot be told, or for the catalog.
        package var task: TaskID?
        /// The window to be taken again, where there is one.
        package var window: Window?
        /// What was found.
        package var reason: String
        /// What to do by hand.
        package var hint: String
    }

    /// In the order of the damage found, one step a path.
    package private(set) var steps: [Step] = []

    package init(_ report: VerifyReport) {
        var known: Set<String> = []
        for damage in report.damaged {
            let action = damage.code.action
            let path = action == .rebuildCatalog ? SnapshotVault.catalogName : damage.manifest
            guard known.insert(path).inserted else { continue }
            let folder = ArchiveLayout.parse(dateFolder: PathText.parent(of: damage.manifest))
            let task = action == .rebuildCatalog ? nil : folder.flatMap { TaskID(folderName: $0.taskFolderName) }
            var step = Step(
                action: action, path: path, task: task, window: nil, reason: damage.message, hint: damage.hint)
            if [.quarantined, .takeAgain].contains(action), let task {
                step.window = SnapshotAddress(manifestPath: damage.manifest, task: task)?.name.window
            }
            if task == nil, action != .rebuildCatalog { step.action = .byHand }
            steps.append(step)
        }
    }

    /// The windows to be asked for at the API, by task, before anything was put right.
    package var windows: [TaskID: [Window]] {
        steps.reduce(into: [:]) { found, step in
            if let task = step.task, let window = step.window { found[task, default: []].append(window) }
        }
    }

    /// The windows that have no manifest in a vault: after healing, what an account is needed for.
    package func missingWindows(in vault: SnapshotVault) throws(VaultError) -> [TaskID: [Window]] {
        var plan = self
        plan.steps = []
        for step in steps where step.window != nil {
            let isThere = try vaultErrors { try vault.files.status(vault.layout.path(step.path)) != nil }
            if !isThere { plan.steps.append(step) }
        }
        return plan.windows
    }

    /// The tasks with increments that have no manifest in a vault: after healing, they are to be walked.
    package func tasksMissingIncrements(in vault: SnapshotVault) throws(VaultError) -> [TaskID] {
        var found: Set<TaskID> = []
        for step in steps where [.quarantined, .takeAgain].contains(step.action) {
            guard let task = step.task, SnapshotAddress(manifestPath: step.path, task: task)?.source == .increments
            else { continue }
            let isThere = try vaultErrors { try vault.files.status(vault.layout.path(step.path)) != nil }
            if !isThere { found.insert(task) }
        }
        return found.sorted()
    }

    /// The tasks that steps are about, in order.
    var tasks: [TaskID] { Set(steps.compactMap { $0.action == .byHand ? nil : $0.task }).sorted() }
}

extension Damage.Code {
    fileprivate var action: HealPlan.Step.Action {
        switch self {
        case .manifestMisplaced: .putBack
        case .manifestUnreadable, .manifestSHA256, .manifestInconsistent, .archiveMissing, .archiveUnreadable,
            .archiveSize, .archiveSHA256, .memberCorrupt, .memberRows, .rowMalformed, .rowsDigest, .columns:
            .quarantined
        case .manifestMissing, .quarantined: .takeAgain
        case .archiveUnnamed: .moveAside
        case .catalogDiffers, .catalogDamaged: .rebuildCatalog
        case .newerFormat, .overlap, .folderUnknown, .folderUnreadable: .byHand
        }
    }
}
