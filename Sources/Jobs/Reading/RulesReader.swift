import Records
import StorageTime

/// Reads the keys that say how rows are taken, for a job and for its overrides alike.
struct RulesReader<Key: FileKey> {
    let section: Section<Key>
    /// Nil where the file names one that there is not; what depends on it is then left unsaid.
    let source: RowSource?

    /// What the section gives; whatever it does not give is nil.
    func read(for tasks: TaskSelection) -> Job.Override {
        refuseKeysOfOtherSources()
        return Job.Override(
            tasks: tasks,
            window: field(.window)?.value(.duration(atLeast: 1, such: "1h")),
            settle: field(.settle)?.value(.duration(atLeast: 0, such: "15m")),
            recheck: field(.recheck)?.value(.duration(atLeast: 0, such: "48h")),
            recheckRows: field(.recheckRows)?.value(.flag, quoted: false),
            proof: field(.proof)?.value(.choice(of: Proof.choices)),
            start: field(.start)?.value(.instant),
            pageSize: field(.pageSize)?.value(.integer(in: JobDefaults.pageSizes), quoted: false),
            keep: field(.keep).flatMap(readKeep))
    }

    /// Reports what contradicts itself in `rules`, which this section made or changed.
    func check(_ rules: TakingRules) {
        guard source == .storageTime else { return }
        if rules.recheck.count == 0 {
            if rules.recheckRows {
                (field(.recheckRows) ?? field(.recheck))?.report(
                    ValueProblem(
                        code: .conflict, "nothing is counted again, so no last count fetches rows",
                        expected: "a 'recheck' above 0s, or recheck_rows: false"))
            }
        } else if rules.recheck < rules.settle {
            (field(.recheck) ?? field(.settle))?.report(
                ValueProblem(
                    code: .conflict,
                    "windows are taken \(rules.settle) after their end ('settle'), when counting again ('recheck', \(rules.recheck)) is over",
                    expected: "a 'recheck' of 0s, or of at least \(rules.settle)"))
        }
    }

    private func field(_ key: RuleKey) -> Field? {
        Key(rawValue: key.rawValue).flatMap { section[$0] }
    }

    private func refuseKeysOfOtherSources() {
        guard let source, source != .storageTime else { return }
        for key in RuleKey.ofWindows where source != .increments || key != .recheck {
            field(key)?.reportKey(
                .conflict, "the key means nothing with source: \(source.rawValue)",
                expected: source == .increments
                    ? "no such key: increments are the rows behind the last cursor, and have no windows"
                    : "no such key; it is for source: \(RowSource.storageTime.rawValue)")
        }
    }

    private func readKeep(_ field: Field) -> KeepRules? {
        guard let keep = field.section(KeepKey.self, expected: "rules such as {within: 1y}") else { return nil }
        if let source, [.storageTime, .unexported, .increments].contains(source) {
            for key in KeepKey.allCases where key != .within {
                keep[key]?.reportKey(
                    .conflict,
                    "the rule is for captures that repeat each other, which source: \(source.rawValue) has not",
                    expected: "'within' alone")
            }
        }
        func count(_ key: KeepKey) -> Int? { keep[key]?.value(.integer(in: 1...1_000_000), quoted: false) }
        return KeepRules(
            within: keep[.within]?.value(.age), last: count(.last), hourly: count(.hourly), daily: count(.daily),
            weekly: count(.weekly), monthly: count(.monthly), yearly: count(.yearly))
    }
}

extension ValueRule where Value == Seconds {
    /// An age for `keep`, above 0.
    fileprivate static var age: Self {
        let expected = "an age of at least 1s, such as 90d or 1y"
        return ValueRule(expected: expected) { text throws(ValueProblem) in
            guard let age = try? KeepRules.age(parsing: text), age.count > 0 else {
                throw ValueProblem("\(QuotedText.value(text)) is no age", expected: expected)
            }
            return age
        }
    }
}
