import Cron
import Records
import StorageTime

extension Job {
    /// Everything the job does, under the keys of its file, defaults filled in. Addresses to notify show their host,
    /// and commands their program: the rest may be secret.
    package var effective: EffectiveValue {
        var entries: [EffectiveValue.Entry] = [.init("account", .text(account))]
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
            .init("metrics_file", metricsFile.map(EffectiveValue.text) ?? .null),
            .init("copies", copies.isEmpty ? .null : .list(copies.map { .text($0) })),
            .init("keep", rules.keep?.effective ?? .null),
        ]
        let shownOverrides = overrides.map { override in
            EffectiveValue.mapping(
                [.init("tasks", override.tasks.shownTasks)] + override.shownRules(isPartial: true, source: source)
                    + (override.keep.map { [.init("keep", $0.effective)] } ?? []))
        }
        entries.append(.init("overrides", shownOverrides.isEmpty ? .null : .list(shownOverrides)))
        return .mapping(entries)
    }

    private var shownNotify: EffectiveValue {
        let urls = [
            ("start", notify.start), ("success", notify.success), ("failure", notify.failure),
            ("recovery", notify.recovery),
        ]
        var entries = urls.compactMap { key, url in url.map { EffectiveValue.Entry(key, .text($0.description)) } }
        let services = notify.services.map { service -> EffectiveValue in
            let place: EffectiveValue =
                if case .apprise(let urls) = service { .list(urls.map { .text($0.description) }) } else {
                    .text(service.place)
                }
            return .mapping([.init(service.kind, place)])
        }
        if !services.isEmpty { entries.append(.init("services", .list(services))) }
        guard !entries.isEmpty else { return .null }
        return .mapping(entries + [.init("after_failures", .integer(notify.afterFailures))])
    }

    private var shownHooks: EffectiveValue {
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
    fileprivate func shownRules(isPartial: Bool, source: RowSource) -> [EffectiveValue.Entry] {
        let ofWindows: [(RuleKey, EffectiveValue?)] = [
            (.window, window.map { .duration($0) }), (.settle, settle.map { .duration($0) }),
            (.recheck, recheck.map { .duration($0) }), (.recheckRows, recheckRows.map(EffectiveValue.flag)),
            (.proof, proof.map { .text($0.rawValue) }), (.start, start.map { .text($0.description) }),
        ]
        let all = (source == .storageTime ? ofWindows : []) + [(.pageSize, pageSize.map(EffectiveValue.integer))]
        return all.compactMap { key, value in
            isPartial && value == nil ? nil : .init(key.rawValue, value ?? .null)
        }
    }
}

extension KeepRules {
    fileprivate var effective: EffectiveValue {
        let counts: [(KeepKey, Int?)] = [
            (.last, last), (.hourly, hourly), (.daily, daily), (.weekly, weekly), (.monthly, monthly),
            (.yearly, yearly),
        ]
        let age: [EffectiveValue.Entry] = within.map { [.init(KeepKey.within.rawValue, .duration($0))] } ?? []
        return .mapping(age + counts.compactMap { key, count in count.map { .init(key.rawValue, .integer($0)) } })
    }
}

extension TaskSelection {
    fileprivate var shownTasks: EffectiveValue {
        let patterns = names.map { EffectiveValue.mapping([.init("name", .text($0.text))]) }
        return .list(ids.map(EffectiveValue.text) + patterns)
    }

    fileprivate var shownGroups: EffectiveValue? {
        switch groups {
        case .none: nil
        case .some(let ids): .list(ids.map(EffectiveValue.text))
        case .all: .text("all")
        }
    }
}

extension EffectiveValue {
    /// A mapping, or null where it is empty.
    fileprivate static func orNull(_ entries: [Entry]) -> EffectiveValue {
        entries.isEmpty ? .null : .mapping(entries)
    }
}
