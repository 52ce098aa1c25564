import TestSupport
import Testing

/// Every reader of bytes from elsewhere, on inputs that are almost right: no crash, no hang, no error but its own, and
/// what is taken means the same when it is written and read again.
///
/// `OCTOVAULT_FUZZ_SECONDS` makes each run longer. What was found once is kept in `Tests/Fixtures/fuzz`.
@Suite(.fewAtATime, .timeLimit(.minutes(60)))
struct FuzzTests {
    static let seeds = Sampling.quick(1, of: UInt64(1)...2)

    @Test(arguments: seeds)
    func anyAnswerIsReadOrRefused(seed: UInt64) throws { try Fuzzing.run(EnvelopeFuzz.self, seed: seed) }

    @Test(arguments: seeds)
    func anyGzipIsReadOrRefused(seed: UInt64) throws { try Fuzzing.run(GzipFuzz.self, seed: seed) }

    @Test(arguments: seeds)
    func anyManifestIsReadOrRefused(seed: UInt64) throws { try Fuzzing.run(ManifestFuzz.self, seed: seed) }

    @Test(arguments: seeds)
    func anyScheduleIsReadOrRefused(seed: UInt64) throws { try Fuzzing.run(CronFuzz.self, seed: seed) }

    @Test(arguments: seeds)
    func anyJobFileIsReadOrRefused(seed: UInt64) throws { try Fuzzing.run(JobFileFuzz.self, seed: seed) }

    @Test(arguments: seeds)
    func anyAccountFileIsReadOrRefused(seed: UInt64) throws { try Fuzzing.run(AccountFileFuzz.self, seed: seed) }

    @Test(arguments: seeds)
    func anyRowComesBackFromCSV(seed: UInt64) throws { try Fuzzing.run(CSVFuzz.self, seed: seed) }
}
