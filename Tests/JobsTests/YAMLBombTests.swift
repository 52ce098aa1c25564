import Foundation
import TestSupport
import Testing

@testable import Jobs

/// Files made to cost the reader more than they cost the writer: each is refused, soon, with few words.
@Suite(.timeLimit(.minutes(60)))
struct YAMLBombTests {
    /// As large as a file may be.
    static let most = FileText.maximumBytes

    enum Bomb: String, CaseIterable, Sendable {
        case aliases, anchors, flowNesting, flowMappings, blockNesting, explicitKeys, manyKeys, sameKeys, manyTasks,
            sameTasks
        case oneKey, oneValue, oneSchedule, manyWords, longZone, manyColons, quotes, comments, tags, documents, tabs
        case escapes, cronList, manyOverrides, lineBreaks, pattern

        var text: String {
            switch self {
            case .aliases:
                "a: &a [x]\n" + (0..<1000).map { "b\($0): &b\($0) [*a, *a, *a, *a, *a, *a, *a, *a]\n" }.joined()
            case .anchors: fill("&a ")
            case .flowNesting: fill("[")
            case .flowMappings: fill("{a: ")
            case .blockNesting: fill("- ")
            case .explicitKeys: fill("? ")
            case .manyKeys: numbered { "k\($0): 1\n" }
            case .sameKeys: fill("tasks: 1\n")
            case .manyTasks: head + "tasks: [" + numbered { "t\($0)," } + "]\n"
            case .sameTasks: head + "tasks: [" + fill("t,") + "]\n"
            case .oneKey: fill("k") + ": 1\n"
            case .oneValue: "tasks: " + fill("v") + "\n"
            case .oneSchedule: "tasks: [t]\nschedule: " + fill("M") + "\n"
            case .manyWords: "tasks: [t]\nschedule: '" + fill("1 ") + "'\n"
            case .longZone: head + "tasks: [t]\ntime_zone: " + fill("Europe/") + "\n"
            case .manyColons: fill("a: ")
            case .quotes: fill("\"\"")
            case .comments: fill("# c\n")
            case .tags: fill("!a ")
            case .documents: fill("---\n")
            case .tabs: fill("\t- a\n")
            case .escapes: "tasks: [\"" + fill("\\u0000") + "\"]\n" + head
            case .cronList: "tasks: [t]\nschedule: '" + fill("1,") + "1 * * * *'\n"
            case .manyOverrides: head + "tasks: [t]\noverrides:\n" + fill("  - {tasks: [t], window: 1h}\n")
            case .lineBreaks: fill("\r")
            case .pattern: head + "tasks: {name: \"" + fill("*?") + "\"}\n"
            }
        }

        private var head: String { "schedule: 7 * * * *\n" }

        private func fill(_ text: String) -> String {
            String(repeating: text, count: (YAMLBombTests.most - 100) / text.utf8.count)
        }

        private func numbered(_ item: (Int) -> String) -> String { (0..<80_000).map(item).joined() }
    }

    @Test(arguments: Sampling.some(3, of: Bomb.allCases))
    func aFileThatIsABombIsDefused(bomb: Bomb) async throws {
        try await Fixture.withFolder { folder in
            try Fixture.write(bomb.text, to: "\(folder)/bomb.yaml")
            let start = Self.threadSeconds
            var problems: [JobProblem] = []
            do throws(JobFilesError) {
                _ = try JobSet.load(path: folder, environment: [:])
            } catch {
                problems = error.problems
            }
            let isJob = [.manyTasks, .manyOverrides, .pattern].contains(bomb)
            #expect(problems.isEmpty == isJob, "\(problems.prefix(3))")
            #expect(problems.count <= ProblemLog.limit + 1)
            #expect(
                problems.allSatisfy { $0.description.utf8.count < 2000 }, "\(problems.map(\.description.utf8.count))")
            // Far above what it takes, and far below what a square of the size would.
            let seconds = Self.threadSeconds - start
            #expect(seconds < 60, "\(seconds) s")
        }
    }

    /// What this thread has worked so far, in seconds: it does not grow while a busy machine works on something else.
    private static var threadSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test func aFilePastTheLimitIsNotRead() async throws {
        try await Fixture.withFolder { folder in
            try Fixture.write(String(repeating: "#", count: Self.most + 1), to: "\(folder)/bomb.yaml")
            let error = #expect(throws: JobFilesError.self) { try JobSet.load(path: folder, environment: [:]) }
            #expect(error?.problems.map(\.code) == [.tooLarge])
        }
    }
}
