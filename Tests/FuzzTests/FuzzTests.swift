import TestSupport
import Testing

/// Every reader of bytes from elsewhere, on inputs that are almost right: no crash, no hang, no error but its own, and
/// what is taken means the same when it is written and read again.
///
/// `OCTOVAULT_FUZZ_SECONDS` makes each run longer. What was found once is kept in `Tests/Fixtures/fuzz`.
@Suite(.fewAtATime, .timeLimit(.minutes(60)))
struct FuzzTests {
    @Test(arguments: [1, 2] as [UInt64])
    func anyAnswerIsReadOrRefused(seed: UInt64) throws { try Fuzzing.run(EnvelopeFuzz.self, seed: seed) }

    @Test(arguments: [1, 2] as [UInt64])
    func anyGzipIsReadOrRefused(seed: UInt64) throws { try Fuzzing.run(GzipFuzz.self, seed: seed) }

    @Test(arguments: [1, 2] as [UInt64])
    func anyManifestIsReadOrRefused(seed: UInt64) throws { try Fuzzing.run(ManifestFuzz.self, seed: seed) }

    @Test(arguments: [1, 2] as [UInt64])
    func anyScheduleIsReadOrRefused(seed: UInt64) throws { try Fuzzing.run(CronFuzz.self, seed: seed) }

    @Test(arguments: [1, 2] as [UInt64])
    func anyJobFileIsReadOrRefused(seed: UInt64) throws { try Fuzzing.run(JobFileFuzz.self, seed: seed) }

    @Test(arguments: [1, 2] as [UInt64])
    func anyAccountFileIsReadOrRefused(seed: UInt64) throws { try Fuzzing.run(AccountFileFuzz.self, seed: seed) }

    @Test(arguments: [1, 2] as [UInt64])
    func anyRowComesBackFromCSV(seed: UInt64) throws { try Fuzzing.run(CSVFuzz.self, seed: seed) }
}
