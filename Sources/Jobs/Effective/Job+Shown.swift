import Cron
import Records
import StorageTime

extension Job {
    /// Everything the job does, under the keys of its file, defaults filled in. Addresses to notify show their host,
    /// and commands their program: the rest may be secret.
    package var shown: ShownValue {
        var entries: [ShownValue.Entry] = [.init("account", .text(account))]
        if !tasks.ids.isEmpty || !tasks.names.isEmpty { entries.append(.init("tasks", tasks.shownTasks)) }
        if let groups = tasks.shownGroups { entries.append(.init("groups", groups)) }
        entries += [
            .init("source", .text(source.rawValue)), .init("schedule", .text(schedule.text)),
            .init("time_zone", .text(timeZone.name)),
        ]
        entries += Override(rules).shownRules(isPartial: false, source: source)
        entries += [
            .init("concurrency", .integer(concurrency)), .init("timeout", .duration(timeout)),
            .init("hook_timeout", .duration(hookTimeout)), .init("overlap", .text(overlap.rawValue)),
            .init("notify", shownNotify), .init("hooks", shownHooks),
            .init("keep", rules.keep?.shown ?? .null),
        ]
        let shownOverrides = overrides.map { override in
            ShownValue.mapping(
                [.init("tasks", override.tasks.shownTasks)] + override.shownRules(isPartial: true, source: source)
                    + (override.keep.map { [.init("keep", $0.shown)] } ?? []))
        }
        entries.append(.init("overrides", shownOverrides.isEmpty ? .null : .list(shownOverrides)))
        return .mapping(entries)
    }

    private var shownNotify: ShownValue {
        let urls = [("start", notify.start), ("success", notify.success), ("failure", notify.failure)]
        return .orNull(urls.compactMap { key, url in url.map { .init(key, .text($0.description)) } })
    }

    private var shownHooks: ShownValue {
        let commands = [("success", hooks.success), ("failure", hooks.failure)]
        return .orNull(commands.compactMap { key, command in command.map { .init(key, .text($0.masked)) } })
    }
}

extension Job.Override {
    /// All of `rules`.
    fileprivate init(_ rules: TakingRules) {
        self.init(
            tasks: TaskSelection(), window: rules.window, settle: rules.settle, recheck: rules.recheck,
            recheckRows: rules.recheckRows, proof: rules.proof, start: rules.start, pageSize: rules.pageSize,
            keep: rules.keep)
    }

    /// What is given here and means something with `source`; with `isPartial` false, what is not given as null.
    fileprivate func shownRules(isPartial: Bool, source: RowSource) -> [ShownValue.Entry] {
        let ofWindows: [(RuleKey, ShownValue?)] = [
            (.window, window.map { .duration($0) }), (.settle, settle.map { .duration($0) }),
            (.recheck, recheck.map { .duration($0) }), (.recheckRows, recheckRows.map(ShownValue.flag)),
            (.proof, proof.map { .text($0.rawValue) }), (.start, start.map { .text($0.description) }),
        ]
        let all = (source == .storageTime ? ofWindows : []) + [(.pageSize, pageSize.map(ShownValue.integer))]
        return all.compactMap { key, value in
            isPartial && value == nil ? nil : .init(key.rawValue, value ?? .null)
        }
    }
}

extension KeepRules {
    fileprivate var shown: ShownValue {
        let counts: [(KeepKey, Int?)] = [
            (.last, last), (.hourly, hourly), (.daily, daily), (.weekly, weekly), (.monthly, monthly),
            (.yearly, yearly),
        ]
        let age: [ShownValue.Entry] = within.map { [.init(KeepKey.within.rawValue, .duration($0))] } ?? []
        return .mapping(age + counts.compactMap { key, count in count.map { .init(key.rawValue, .integer($0)) } })
    }
}

extension TaskSelection {
    fileprivate var shownTasks: ShownValue {
        let patterns = names.map { ShownValue.mapping([.init("name", .text($0.text))]) }
        return .list(ids.map(ShownValue.text) + patterns)
    }

    fileprivate var shownGroups: ShownValue? {
        switch groups {
        case .none: nil
        case .some(let ids): .list(ids.map(ShownValue.text))
        case .all: .text("all")
        }
    }
}

extension ShownValue {
    /// A mapping, or null where it is empty.
    fileprivate static func orNull(_ entries: [Entry]) -> ShownValue {
        entries.isEmpty ? .null : .mapping(entries)
    }
}
