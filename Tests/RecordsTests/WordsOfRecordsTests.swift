import Records
import Testing

/// The words that stand in manifests, job files, commands and folders' names. Scripts and old vaults rely on them.
@Suite struct WordsOfRecordsTests {
    @Test func wordsAreThoseOfTheFormats() {
        #expect(
            RowSource.allCases.map(\.rawValue) == [
                "storage-time", "all", "last-extraction", "unexported", "increments", "lot",
            ])
        #expect(APIDialect.allCases.map(\.rawValue) == ["data-export", "openapi"])
        #expect(DrainMode.allCases.map(\.rawValue) == ["two-phase", "marking"])
        #expect(IntervalConvention.allCases.map(\.rawValue) == ["closed", "half-open", "left-open", "unknown"])
        #expect(SnapshotState.allCases.map(\.rawValue) == ["sealed", "empty", "unproven", "pruned"])
        #expect(Proof.allCases.map(\.rawValue) == ["one-answer", "two-passes", "totals"])
    }

    @Test func twoPassesAreNothingThatAJobMayAskFor() {
        #expect(Proof.choices == [.oneAnswer, .totals])
    }
}
