import Records
import StorageTime

/// Finds jobs that would take the same rows twice: one task and source on one host.
///
/// What can be told without asking the server is told: a task's id in two jobs, a group in two, and every group of an
/// account beside anything else of that account. Which tasks a name's pattern stands for only the server knows.
enum ConflictFinder {
    /// - Parameters:
    ///   - jobs: in the order of their files; the later of two jobs is the one reported.
    ///   - host: the host of the account with that name.
    /// - Complexity: O(*n*) in the number of tasks and groups, and of pairs of jobs that take all groups.
    static func problems(in jobs: [PlacedJob], host: (String) -> String) -> [JobProblem] {
        var problems: [JobProblem] = []
        var owners: [Claim: Owner] = [:]
        var wholeAccounts: [Claim: Owner] = [:]
        for placed in jobs where placed.selection.allGroups != nil {
            let claim = Claim(
                kind: .account, id: placed.job.account, source: placed.job.source, host: host(placed.job.account))
            if wholeAccounts[claim] == nil { wholeAccounts[claim] = Owner(placed, at: placed.selection.allGroups) }
        }
        for placed in jobs {
            let job = placed.job
            let server = host(job.account)
            let all = wholeAccounts[Claim(kind: .account, id: job.account, source: job.source, host: server)]
            if let all, all.file != job.file {
                problems.append(takenWhole(placed, by: all))
                continue
            }
            let claimed: [(Claim.Kind, [PlacedText])] = [
                (.task, placed.selection.ids), (.group, placed.selection.groups), (.pattern, placed.selection.names),
            ]
            for (kind, texts) in claimed {
                for text in texts {
                    let account = kind == .pattern ? job.account : ""
                    let claim = Claim(kind: kind, id: text.key, source: job.source, host: server, account: account)
                    if let owner = owners[claim] {
                        problems.append(taken(text, kind, of: job, by: owner))
                    } else {
                        owners[claim] = Owner(placed, at: text.position)
                    }
                }
            }
        }
        return problems
    }

    private struct Claim: Hashable {
        enum Kind: String {
            case task, group, account
            case pattern = "the tasks named"
        }
        var kind: Kind
        var id: String
        var source: RowSource
        var host: String
        /// For claims whose meaning depends on who asks.
        var account = ""
    }

    private struct Owner {
        var name: String
        var file: String
        var line: Int

        init(_ placed: PlacedJob, at position: TextPosition?) {
            name = placed.job.name
            file = placed.job.file
            line = position?.line ?? 1
        }
    }

    private static func taken(_ text: PlacedText, _ kind: Claim.Kind, of job: Job, by owner: Owner) -> JobProblem {
        JobProblem(
            code: .conflict, file: job.file, position: text.position, key: QuotedText.key(text.path),
            message:
                "job '\(owner.name)' takes \(kind.rawValue) \(QuotedText.value(text.text)) from source \(job.source.rawValue) already",
            expected: "one job for it; the other is \(owner.file):\(owner.line)")
    }

    private static func takenWhole(_ placed: PlacedJob, by owner: Owner) -> JobProblem {
        let selection = placed.selection
        let first = [
            selection.allGroups, selection.ids.first?.position, selection.names.first?.position,
            selection.groups.first?.position,
        ].compactMap { $0 }.min()
        return JobProblem(
            code: .conflict, file: placed.job.file, position: first ?? placed.account,
            message:
                "job '\(owner.name)' takes every group of account \(QuotedText.value(placed.job.account)) from source \(placed.job.source.rawValue) already",
            expected: "one job for each task; the other is \(owner.file):\(owner.line)")
    }
}
