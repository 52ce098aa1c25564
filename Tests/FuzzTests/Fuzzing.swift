import Foundation
import TestSupport
import Testing

/// Runs a target's corpus, its kept cases, and changes of both.
enum Fuzzing {
    /// How long a test of one reader goes on; `OCTOVAULT_FUZZ_SECONDS` makes it longer.
    static let seconds =
        ProcessInfo.processInfo.environment["OCTOVAULT_FUZZ_SECONDS"].flatMap(Double.init)
        ?? Double(Sampling.number(3, of: 5)) / 10
    /// Inputs tried whatever the machine's speed.
    static let fewest = Sampling.quick(60, else: 300)
    /// Where the next input is written before it is tried, so that one that ends the process is not lost.
    static let keep = ProcessInfo.processInfo.environment["OCTOVAULT_FUZZ_KEEP"]
    /// Far more than any input of this size may take, in seconds of work.
    static let longestRun = 20.0

    /// What this thread has worked so far, in seconds: it does not grow while a busy machine works on something else.
    private static var threadSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func run<Target: FuzzTarget>(_ target: Target.Type, seed: UInt64) throws {
        let kept = try keptCases(of: target)
        let corpus = try target.corpus
        for input in corpus {
            let isTaken = try attempt(target, input, "the corpus")
            #expect(isTaken, "\(target.name): the corpus is valid: \(shown(input))")
        }
        for (name, input) in kept { try attempt(target, input, "kept case \(name)") }
        var mutator = Mutator(corpus: corpus + kept.map(\.input), words: target.words, seed: seed)
        let start = Date()
        var (runs, taken, slowest) = (0, 0, 0.0)
        while runs < fewest || Date().timeIntervalSince(start) < seconds {
            let changed = mutator.next()
            let input = target.finish(changed, &mutator)
            runs += 1
            let began = threadSeconds
            if try attempt(target, input, "seed \(seed), run \(runs)") { taken += 1 }
            slowest = max(slowest, threadSeconds - began)
        }
        #expect(taken > 0 && taken < runs, "\(target.name): the changes are neither all sound nor all broken")
        print(
            "fuzzed \(target.name): \(runs) inputs, \(taken) of them taken, the slowest \(Int(slowest * 1000)) ms, seed \(seed)"
        )
    }

    @discardableResult
    private static func attempt<Target: FuzzTarget>(_ target: Target.Type, _ input: [UInt8], _ origin: String) throws
        -> Bool
    {
        if let keep { try Data(input).write(to: URL(fileURLWithPath: "\(keep)/\(target.name)")) }
        let start = threadSeconds
        do {
            let isTaken = try target.check(input)
            let seconds = threadSeconds - start
            guard seconds < longestRun else { throw Finding("took \(seconds) s") }
            return isTaken
        } catch {
            Issue.record("\(target.name), \(origin): \(error); the input is \(shown(input))")
            throw error
        }
    }

    private static func keptCases<Target: FuzzTarget>(of target: Target.Type) throws -> [(name: String, input: [UInt8])]
    {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/fuzz/\(target.name)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try names.map { ($0, Array(try Data(contentsOf: folder.appendingPathComponent($0)))) }
    }

    private static func shown(_ input: [UInt8]) -> String {
        input.count <= 4096 ? Data(input).base64EncodedString() : "\(input.count) bytes, see OCTOVAULT_FUZZ_KEEP"
    }
}
