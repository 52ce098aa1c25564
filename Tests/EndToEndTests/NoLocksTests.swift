import Foundation
import Sandbox
import TestSupport
import Testing

/// A file system that grants no locks, as network file systems may be: what is there can be read, and who would write
/// is told what it is, not that another holds it. The program runs with a library before the system's that refuses
/// them.
@Suite(.fewAtATime, .timeLimit(.minutes(60))) struct NoLocksTests {
    /// Refuses locks on whole files and those on ranges, which SQLite takes, each where it is to.
    private static let library = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdarg.h>

        #ifdef WHOLE
        int flock(int file, int operation) { errno = REASON; return -1; }
        #endif

        #ifdef RANGES
        #define REPLACE(name) int name(int file, int command, ...) { \\
            va_list list; va_start(list, command); void *value = va_arg(list, void *); va_end(list); \\
            if (command == F_SETLK || command == F_SETLKW || command == F_GETLK) { errno = REASON; return -1; } \\
            return ((int (*)(int, int, ...))dlsym(RTLD_NEXT, #name))(file, command, value); }
        REPLACE(fcntl)
        REPLACE(fcntl64)
        #endif

        """

    private static let hasCompiler = FileManager.default.isExecutableFile(atPath: "/usr/bin/cc")

    /// Which locks are refused, and with which error number.
    private static let refusals = [
        (["WHOLE"], "ENOLCK"), (["RANGES"], "ENOLCK"), (["WHOLE", "RANGES"], "ENOLCK"), (["WHOLE"], "EOPNOTSUPP"),
        (["RANGES"], "EOPNOTSUPP"), (["WHOLE", "RANGES"], "ENOSYS"),
    ]

    private static func refuse(_ locks: [String], _ reason: String, in program: inout Program) async throws {
        let folder = program.folder.path
        try library.write(toFile: "\(folder)/refuse.c", atomically: true, encoding: .utf8)
        let flags = ["-shared", "-fPIC", "-DREASON=\(reason)"] + locks.map { "-D\($0)" }
        let made = try await program.shell("cc", flags + ["-o", "refuse.so", "refuse.c", "-ldl"])
        #expect(made.status == 0, "\(made.errors)")
        program.variables["LD_PRELOAD"] = "\(folder)/refuse.so"
    }

    @Test(.enabled(if: hasCompiler, "a C compiler makes the library"), arguments: Sampling.some(2, of: refusals))
    func whereLocksAreRefusedWhatIsThereIsReadAndWritingSaysWhy(locks: [String], reason: String) async throws {
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL)
            let weather = WholeWayTests.weather
            let backfill = ["backfill", weather, "--from", "2012-01-01", "--to", "2012-01-05"]
            #expect(try await program.run(backfill).status == 0)
            try await Self.refuse(locks, reason, in: &program)
            for arguments in [
                ["list"], ["status"], ["history"], ["verify"], ["diff", program.vault, program.vault],
                ["prune", "--keep-within", "1d", "--dry-run"],
                ["restore", weather, "--format", "sqlite", "-o", "x.db"],
            ] {
                let outcome = try await program.run(arguments)
                #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
                #expect(!Self.saysHeld(outcome.errors), "\(arguments): \(outcome.errors)")
            }
            let restored = try await program.run("restore", weather)
            #expect(restored.status == 0 && restored.lines.count == 5, "\(restored.errors)")
            for arguments in [
                ["backfill", weather, "--from", "2012-01-05", "--to", "2012-01-07"],
                ["snapshot", weather, "--source", "all"],
            ] {
                let outcome = try await program.run(arguments)
                #expect(outcome.status == 73, "\(arguments): \(outcome.errors)")
                #expect(outcome.errors.contains("grants no locks"), "\(arguments): \(outcome.errors)")
                #expect(outcome.errors.contains("mount the file system with locks"), "\(outcome.errors)")
                #expect(!Self.saysHeld(outcome.errors), "\(arguments): \(outcome.errors)")
            }
            // An index that is there takes no lock on a whole file.
            let rebuilt = try await program.run("catalog", "rebuild")
            #expect(rebuilt.status == (locks == ["WHOLE"] ? 0 : 73), "\(rebuilt.errors)")
            #expect(rebuilt.status == 0 || rebuilt.errors.contains("grants no locks"), "\(rebuilt.errors)")
            #expect(!Self.saysHeld(rebuilt.errors), "\(rebuilt.errors)")
        }
    }

    private static func saysHeld(_ text: String) -> Bool {
        ["holds", "held by", "is taken by", "is locked by", "waiting"].contains { text.contains($0) }
    }

    /// A copy of a vault that was being written: its index has a log that was not merged yet.
    @Test(.enabled(if: hasCompiler, "a C compiler makes the library"))
    func anIndexWithALogIsReadWithoutLocks() async throws {
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL)
            let weather = WholeWayTests.weather
            let backfill = ["backfill", weather, "--from", "2012-01-01", "--to", "2012-01-05"]
            #expect(try await program.run(backfill).status == 0)
            let close = try SQLiteScript.runAndStay(
                "UPDATE state SET is_built = is_built", at: "\(program.vault)/catalog.sqlite")
            defer { close() }
            try #require(FileManager.default.fileExists(atPath: "\(program.vault)/catalog.sqlite-wal"))
            let copy = "\(program.folder.path)/copy"
            try FileManager.default.copyItem(atPath: program.vault, toPath: copy)
            try await Self.refuse(["RANGES"], "ENOLCK", in: &program)
            let listed = try await program.run("list", "--vault", copy)
            #expect(listed.status == 0 && listed.lines.count == 4, "\(listed.output)\(listed.errors)")
            #expect(listed.errors.contains("grants no locks"), "\(listed.errors)")
            #expect(!Self.saysHeld(listed.errors), "\(listed.errors)")
        }
    }
}
