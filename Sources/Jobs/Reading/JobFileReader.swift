import Cron
import Foundation
import Records
import Spelling
import StorageTime

/// Reads one job file.
struct JobFileReader {
    private let name: String
    private let source: SourceText
    private let log: ProblemLog
    private let section: Section<JobKey>

    /// The job, or nil where anything is wrong with the file, which `log` then tells.
    ///
    /// - Parameter dialect: which API the host of an account speaks, which says where rows come from by default.
    static func read(
        name: String, text: SourceText, log: ProblemLog, dialect: (String) -> APIDialect = { _ in .dataExport }
    ) -> PlacedJob? {
        guard let root = YAMLReader.read(text, log: log) else { return nil }
        guard case .mapping(let entries) = root.kind else {
            log.report(
                .wrongType, at: root.position, "the file is no mapping of keys", expected: "'key: value' lines",
                hint: "a job needs at least 'tasks' and 'schedule'")
            return nil
        }
        let section = Section<JobKey>(
            entries, at: root.position, path: "", log: log, secrets: [.notify, .hooks],
            hints: ["name": "a job's name is its file's"])
        let job = JobFileReader(name: name, source: text, log: log, section: section).job(dialect)
        return log.isEmpty ? job : nil
    }

    private func job(_ dialect: (String) -> APIDialect) -> PlacedJob? {
        let account = section[.account]?.text(expected: "an account's name") ?? JobDefaults.account
        let isOfToday = dialect(account) == .openAPI
        let rowSource =
            section[.source].map { $0.value(.choice(of: JobDefaults.sources)) }
            ?? (isOfToday ? .increments : JobDefaults.source)
        if isOfToday, let field = section[.source], rowSource == .storageTime || rowSource == .lastExtraction {
            field.report(
                ValueProblem(
                    code: .conflict, "the account's API (api: openapi) tells no storage time and no last extraction",
                    expected: "source: increments, which takes the rows behind the last cursor"))
        }
        let selection = readSelection()
        let zone = section[.timeZone]?.value(.zone) ?? JobDefaults.timeZone
        let schedule = readSchedule(zone: zone)
        let rules = readRules(source: rowSource)
        let overrides = readOverrides(of: selection.selection, rules: rules, source: rowSource)
        let concurrency =
            section[.concurrency]?.value(.integer(in: JobDefaults.concurrencies), quoted: false)
        let timeout = section[.timeout]?.value(.duration(atLeast: 1, such: "30m"))
        let hookTimeout = section[.hookTimeout]?.value(.duration(atLeast: 1, such: "10m"))
        let overlap = section[.overlap]?.value(.choice(of: Job.Overlap.allCases))
        let notify = readNotify()
        let hooks = readHooks()
        let metricsFile = section[.metricsFile]?.value(.filePath)
        let copies = readCopies()
        guard let schedule else { return nil }
        let job = Job(
            name: name, file: log.file, account: account, tasks: selection.selection,
            source: rowSource ?? JobDefaults.source,
            schedule: schedule, timeZone: effectiveZone(zone, of: schedule), rules: rules, overrides: overrides,
            concurrency: concurrency ?? JobDefaults.concurrency, timeout: timeout ?? JobDefaults.timeout,
            hookTimeout: hookTimeout ?? timeout ?? JobDefaults.timeout, overlap: overlap ?? JobDefaults.overlap,
            notify: notify, hooks: hooks, metricsFile: metricsFile, copies: copies)
        return PlacedJob(job: job, selection: selection, account: section[.account]?.position ?? section.position)
    }

    private func readSelection() -> SelectionReader {
        var reader = SelectionReader()
        if let tasks = section[.tasks] { reader.readTasks(tasks) }
        if let groups = section[.groups] { reader.readGroups(groups) }
        if section[.tasks] == nil, section[.groups] == nil {
            log.report(
                .missingKey, at: section.position, "there is neither 'tasks' nor 'groups'",
                expected: "tasks: [ID], tasks: {name: PATTERN}, groups: [ID] or groups: all")
        }
        return reader
    }

    private func readRules(source: RowSource?) -> TakingRules {
        let reader = RulesReader(section: section, source: source)
        let pageSize = source == .unexported ? JobDefaults.unexportedPageSize : JobDefaults.pageSize
        let recheck = source == .increments ? JobDefaults.walk : JobDefaults.recheck
        let rules = reader.read(for: TaskSelection()).applied(to: TakingRules(recheck: recheck, pageSize: pageSize))
        reader.check(rules)
        return rules
    }

    private func readOverrides(of selection: TaskSelection, rules: TakingRules, source: RowSource?) -> [Job.Override] {
        let items = section[.overrides]?.items(expected: "a list of {tasks: …, key: value}") ?? []
        return items.compactMap { item in
            guard let entry = item.section(OverrideKey.self, expected: "{tasks: …, key: value}") else { return nil }
            var tasks = SelectionReader()
            entry.required(.tasks, expected: "a list of task ids, or {name: PATTERN}").map { tasks.readTasks($0) }
            for id in tasks.ids where !selection.needsListing && !selection.contains(id: id.text, name: nil) {
                log.report(
                    .badValue, at: id.position, key: QuotedText.key(id.path),
                    "\(QuotedText.value(id.text)) is none of the job's tasks", expected: "a task that 'tasks' names",
                    hint: NearestName.of(id.text, among: selection.ids).map { "did you mean '\($0)'?" })
            }
            if entry.holdsOnly(.tasks) {
                log.report(
                    .missingKey, at: entry.position, key: item.path, "the entry changes nothing",
                    expected: "one of \(RuleKey.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            let reader = RulesReader(section: entry, source: source)
            let override = reader.read(for: tasks.selection)
            reader.check(override.applied(to: rules))
            return override
        }
    }

    private func readNotify() -> Job.Notifications {
        guard let field = section[.notify],
            let notify = field.section(
                NotifyKey.self, expected: "{success: URL, failure: URL, start: URL}", secrets: Set(NotifyKey.allCases))
        else { return Job.Notifications() }
        func url(_ key: NotifyKey) -> NotifyURL? { notify[key]?.value(.notifyURL) }
        let failures = notify[.afterFailures]?.value(.integer(in: JobDefaults.failuresInRow), quoted: false)
        let services = notify[.services]?.items(expected: "a list of services, such as - ntfy: URL") ?? []
        return Job.Notifications(
            start: url(.start), success: url(.success), failure: url(.failure), recovery: url(.recovery),
            afterFailures: failures ?? JobDefaults.afterFailures, services: services.compactMap(readService))
    }

    private func readService(_ item: Field) -> NotifyService? {
        let expected = "one of \(ServiceKey.allCases.map(\.rawValue).joined(separator: ", ")), and its address"
        guard let entry = item.section(ServiceKey.self, expected: expected, secrets: Set(ServiceKey.allCases)) else {
            return nil
        }
        let keys = ServiceKey.allCases.filter { entry[$0] != nil }
        guard let key = keys.first, let field = entry[key] else { return nil }
        guard keys.count == 1 else {
            log.report(
                .conflict, at: entry.position, key: item.path, "the entry names several services",
                expected: "an entry for each")
            return nil
        }
        guard key == .apprise else { return field.value(.notifyURL).map { Self.service(key, $0) } }
        guard let items = field.items(expected: "a list of addresses that the program apprise takes") else {
            return nil
        }
        let urls = items.compactMap { $0.value(.appriseURL) }
        return urls.count == items.count ? .apprise(urls) : nil
    }

    private static func service(_ key: ServiceKey, _ url: NotifyURL) -> NotifyService {
        switch key {
        case .ntfy: .ntfy(url)
        case .slack: .slack(url)
        case .uptimeKuma: .uptimeKuma(url)
        case .healthchecks, .apprise: .healthchecks(url)
        }
    }

    private func readHooks() -> Job.Hooks {
        guard let field = section[.hooks],
            let hooks = field.section(
                HookKey.self, expected: "{success: COMMAND, failure: COMMAND}", secrets: Set(HookKey.allCases))
        else { return Job.Hooks() }
        return Job.Hooks(success: hooks[.success]?.command(), failure: hooks[.failure]?.command())
    }

    private func readCopies() -> [String] {
        let expected = "a list of folders or rclone remotes, such as [b2:bucket/vault]"
        var copies: [String] = []
        for item in section[.copies]?.items(expected: expected) ?? [] {
            guard let copy = item.text(expected: "a folder, or a remote of rclone such as b2:bucket/vault") else {
                continue
            }
            guard !copy.isEmpty, !copy.hasPrefix("-"), !copy.contains(where: \.isNewline) else {
                item.report(
                    ValueProblem(
                        code: .badValue, "\(QuotedText.value(copy)) names no copy", expected: "a folder or a remote"))
                continue
            }
            if copies.contains(copy) {
                item.report(
                    ValueProblem(
                        code: .badValue, "\(QuotedText.value(copy)) is named twice", expected: "each copy once"))
            } else {
                copies.append(copy)
            }
        }
        return copies
    }

    private func readSchedule(zone: NamedZone) -> CronExpression? {
        let expected = "a cron expression such as \"7 * * * *\", or @hourly"
        guard let field = section.required(.schedule, expected: expected), let text = field.text(expected: expected)
        else { return nil }
        do throws(CronError) {
            let schedule = try CronExpression(text, jobName: name, timeZone: zone.timeZone)
            if section[.timeZone] != nil, schedule.timeZone != zone.timeZone {
                field.report(
                    ValueProblem(
                        code: .conflict, "the schedule names another zone than 'time_zone' (\(zone.name))",
                        expected: "one zone, in one place"))
            }
            return schedule
        } catch {
            log.report(
                .badValue, at: place(ofColumn: error.column, in: field), key: field.path, error.message,
                expected: error.hint == nil ? expected : nil, hint: error.hint)
            return nil
        }
    }

    /// The place of a schedule's character, where the file spells the schedule out on one line; else where it begins.
    private func place(ofColumn column: Int?, in field: Field) -> TextPosition {
        guard let column, case .scalar(let scalar) = field.node.kind, let rest = source.rest(from: field.position)
        else { return field.position }
        let quote = scalar.isPlain ? 0 : 1
        guard rest.dropFirst(quote).starts(with: scalar.text.unicodeScalars) else { return field.position }
        return TextPosition(line: field.position.line, column: field.position.column + quote + column - 1)
    }

    /// A zone in the schedule wins; its name is what the schedule says.
    private func effectiveZone(_ zone: NamedZone, of schedule: CronExpression) -> NamedZone {
        guard schedule.timeZone != zone.timeZone else { return zone }
        let word = schedule.text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        let name = word.split(separator: "=", maxSplits: 1).last.map(String.init)
        return NamedZone(name: name ?? schedule.timeZone.identifier, timeZone: schedule.timeZone)
    }
}

/// A job, and where in its file the things stand that other files can contradict.
struct PlacedJob {
    let job: Job
    let selection: SelectionReader
    let account: TextPosition
}
