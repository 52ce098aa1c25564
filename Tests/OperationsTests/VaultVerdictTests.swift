import StorageTime
import Testing

@testable import Operations

/// One sentence says how a vault stands, to whoever asks.
@Suite struct VaultVerdictTests {
    private func sentence(_ change: (inout VaultVerdict.Facts) throws -> Void) rethrows -> String {
        var facts = VaultVerdict.Facts()
        (facts.tasks, facts.windowed) = (40, 40)
        facts.today = StorageInstant(year: 2026, month: 11, day: 28, hour: 10, minute: 20)
        let ten = StorageInstant(year: 2026, month: 11, day: 28, hour: 10) ?? .earliest
        facts.coveredTo = ten...ten
        try change(&facts)
        let verdict = VaultVerdict(facts)
        return "\(verdict.level): \(verdict.sentence)"
    }

    @Test func theSentenceSaysWhatMattersMost() throws {
        #expect(sentence { _ in } == "good: All 40 tasks are covered to 10:00. Nothing is missing.")
        #expect(
            sentence {
                $0.tasks = 1; $0.windowed = 1
            } == "good: The one task is covered to 10:00. Nothing is missing.")
        #expect(
            sentence { facts in
                let early = StorageInstant(year: 2026, month: 11, day: 27, hour: 23) ?? .earliest
                facts.coveredTo = early...(facts.coveredTo?.upperBound ?? early)
            } == "good: All 40 tasks are covered to 2026-11-27 23:00 or later. Nothing is missing.")
        #expect(
            sentence { ($0.withGaps, $0.gapSeconds, $0.expiresIn) = (2, 7200, 3 * 86_400 + 60) }
                == "bad: 2 of 40 tasks have gaps; the oldest of their rows may expire in 3 days.")
        #expect(
            sentence { ($0.withGaps, $0.gapSeconds, $0.expiresIn) = (1, 7200, -5) }
                == "bad: 1 of 40 tasks has gaps; the oldest of their rows may have expired.")
        #expect(
            sentence { ($0.withGaps, $0.gapSeconds) = (2, 7200) } == "bad: 2 of 40 tasks have gaps, 2h in all.")
        #expect(
            sentence { ($0.withGaps, $0.gapSeconds, $0.damagedSnapshots) = (2, 7200, 1) }
                == "bad: 2 of 40 tasks have gaps, and 1 snapshot is damaged; the gaps come to 2h in all.")
        #expect(
            sentence { ($0.withGaps, $0.damagedSnapshots, $0.expiresIn) = (2, 3, 90_000) }
                == "bad: 2 of 40 tasks have gaps, and 3 snapshots are damaged; the oldest of their rows may expire in "
                + "25 hours.")
        #expect(sentence { $0.withNothing = 1 } == "late: Nothing is there yet of 1 of 40 tasks.")
        #expect(sentence { $0.damagedSnapshots = 1 } == "bad: 1 snapshot of 40 tasks is damaged.")
        #expect(
            sentence { ($0.behind, $0.mostBehind) = (3, 90_000) }
                == "late: 3 of 40 tasks are behind, by up to 1d 1h. Nothing is missing before that.")
        #expect(
            sentence { $0.troubledJobs = ["shop"] }
                == "late: All 40 tasks are covered to 10:00. Job shop did not end well the last time.")
        #expect(sentence { $0.tasks = 0 } == "late: The vault holds nothing yet.")
        #expect(
            sentence { $0.windowed = 38 }
                == "good: 38 tasks are covered to 10:00, 2 tasks by captures. Nothing is missing.")
        #expect(
            sentence { ($0.windowed, $0.coveredTo) = (0, nil) }
                == "good: All 40 tasks have their captures. Nothing is missing.")
    }
}
