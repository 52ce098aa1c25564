import Cron
import Foundation
package import Jobs
import Records
import Snapshots
import StorageTime

extension Setup {
    /// What was written, and what to do next.
    package struct Outcome: Sendable, Hashable {
        package let accountsFile: String
        package let jobFile: String
        package let secretFile: String
        /// Nil for an account whose API knows no windows, as ``start``.
        package let window: String?
        package let schedule: String
        package let start: String?
        /// The zone that the account has now; nil where none is known.
        package let timeZone: String?
        /// The first of the tasks chosen.
        package let task: String
        /// The least requests that the first backup takes.
        package let requests: Int
        /// The least seconds that it takes, where requests are limited.
        package let seconds: Int
    }

    /// Writes the password, the account and the job, once the program can read them as it is to.
    ///
    /// - Parameter start: the first day to back up, in place of the one proposed.
    /// - Throws: ``Problem`` where a file cannot be written; `JobFilesError` where what was asked for makes no valid
    ///   job: nothing is written then.
    package func write(_ tasks: [ListedTask], _ found: Measurement, start: String? = nil) throws -> Outcome {
        let former = formerJob
        let isWindowed = account.dialect == .dataExport
        for (flag, value) in [("--window", request.window), ("--start", request.start)]
        where !isWindowed && value != nil {
            throw Problem.usage(
                "\(flag): the API of this account tells no storage time, so that there are no windows",
                hint: "leave it out: its rows are taken by source increments, all of them at first")
        }
        let proposal = SetupProposal(rowsPerDay: found.rowsPerDay)
        var (window, begin) = (request.window, request.start ?? start)
        if isWindowed {
            window = window ?? former?.window.description ?? proposal.window.description
            begin = begin ?? former?.start?.dateText ?? monthAgo.dateText
        }
        let schedule = request.schedule ?? former?.schedule.text ?? (isWindowed ? proposal.schedule : "H * * * *")
        let isProposed = request.window == nil && former == nil
        let rows = Int(found.rowsPerDay.rounded())
        let zone = request.timeZone ?? account.timeZone?.name ?? found.timeZone
        let job = SetupFiles.job(
            account: request.account, tasks: tasks.map { ($0.id, $0.name) }, schedule: schedule, window: window,
            start: begin, why: isProposed && rows > 0 ? "The busiest task stores about \(rows) rows a day." : nil)
        let files = SetupFiles(accounts: try accountsText(zone: zone, found), job: job)
        let folder = SetupFolder(request)
        try folder.write(files, secret: secret)
        let requests = leastRequests(tasks: tasks.count, window, begin, found)
        let time = RequestEstimate.time(of: requests, atRate: account.requestsPerSecond)
        return Outcome(
            accountsFile: folder.accountsFile, jobFile: folder.jobFile, secretFile: folder.secretFile, window: window,
            schedule: schedule, start: begin, timeZone: zone, task: tasks.first?.id ?? "", requests: requests,
            seconds: time?.count ?? 0)
    }

    /// One a window, and one a thousand rows.
    private func leastRequests(tasks: Int, _ window: String?, _ start: String?, _ found: Measurement) -> Int {
        guard let step = window.flatMap({ try? Seconds(parsing: $0) })?.count, step > 0,
            let start = start.flatMap({ try? StorageInstant(parsing: $0) })
        else { return tasks }
        let length = max(0, account.storageClock.storageTime(at: Date()).seconds(since: start))
        return (length / step).multiplied(held: tasks).adding(held: found.rows / 1000)
    }

    private func accountsText(zone: String?, _ found: Measurement) throws -> String {
        let folder = SetupFolder(request)
        var entries: [EffectiveValue.Entry] = [.init("base_url", .text(account.baseURL.text))]
        if account.dialect != APIDialect(host: account.baseURL.host) {
            entries.append(.init("api", .text(account.dialect.rawValue)))
        }
        if account.usesKey {
            entries.append(.init("api_key_file", .text(folder.secretName)))
        } else {
            entries.append(.init("username", .text(account.username)))
            entries.append(.init("password_file", .text(folder.secretName)))
        }
        if let drainMode { entries.append(.init("unexported", .text(drainMode.rawValue))) }
        if let zone { entries.append(.init("time_zone", .text(zone))) }
        if let interval = found.interval ?? account.interval?.rawValue {
            entries.append(.init("interval", .text(interval)))
        }
        if account.requestsPerSecond != JobDefaults.requestsPerSecond {
            entries.append(.init("requests_per_second", .number(account.requestsPerSecond)))
        }
        if account.allowHTTP { entries.append(.init("allow_http", .flag(true))) }
        if let caFile = account.caFile { entries.append(.init("ca_file", .text(caFile))) }
        return SetupFiles.accounts(try folder.existingAccounts(), request.account, entries)
    }
}
