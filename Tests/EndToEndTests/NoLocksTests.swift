import Foundation
import Sandbox
import TestSupport
import Testing

/// File systems that know no locks, as network file systems may be: what is there can be read. The program runs with a
/// library before the system's that refuses them.
@Suite(.fewAtATime) struct NoLocksTests {
    /// What is refused.
    enum Refused: String, CaseIterable {
        case flock
        case flockAndRecordLocks

        var source: String {
            let flock = "int flock(int file, int operation) { errno = ENOLCK; return -1; }\n"
            let headers = ["dlfcn.h", "errno.h", "fcntl.h", "stdarg.h"]
            let includes = "#define _GNU_SOURCE\n" + headers.map { "#include <\($0)>\n" }.joined()
            guard self == .flockAndRecordLocks else { return includes + flock }
            let recordLocks = ["fcntl", "fcntl64"].map { name in
                """
                int \(name)(int file, int command, ...) {
                    va_list list;
                    va_start(list, command);
                    void *argument = va_arg(list, void *);
                    va_end(list);
                    if (command == F_SETLK || command == F_SETLKW || command == F_GETLK || command == F_OFD_SETLK
                        || command == F_OFD_SETLKW || command == F_OFD_GETLK) { errno = ENOLCK; return -1; }
                    int (*system)(int, int, ...) = (int (*)(int, int, ...)) dlsym(RTLD_NEXT, "\(name)");
                    return system(file, command, argument);
                }

                """
            }
            return includes + flock + recordLocks.joined()
        }
    }

    private static let compiler = ["/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: compiler != nil, "a C compiler makes the library"), arguments: Refused.allCases)
    func whereLocksAreRefusedWhatIsThereIsRead(refused: Refused) async throws {
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL)
            let weather = WholeWayTests.weather
            let backfill = ["backfill", weather, "--from", "2012-01-01", "--to", "2012-01-05"]
            #expect(try await program.run(backfill).status == 0)
            let folder = program.folder.path
            try refused.source.write(toFile: "\(folder)/refuse.c", atomically: true, encoding: .utf8)
            let made = try await program.shell(
                Self.compiler ?? "cc", "-shared", "-fPIC", "-o", "refuse.so", "refuse.c", "-ldl")
            guard made.status == 0 else { return }
            program.variables["LD_PRELOAD"] = "\(folder)/refuse.so"
            for arguments in [
                ["list"], ["status"], ["history"], ["verify"], ["diff", program.vault, program.vault],
                ["prune", "--keep-within", "1d", "--dry-run"],
            ] {
                let outcome = try await program.run(arguments)
                #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
            }
            let restored = try await program.run("restore", weather)
            #expect(restored.status == 0 && restored.lines.count == 5, "\(restored.errors)")
            // What needs a lock says so, and does nothing.
            let before = program.folder.allFiles().filter { $0.contains("vault_source") }
            let taken = try await program.run("backfill", weather, "--from", "2012-01-01", "--to", "2012-01-06")
            #expect(taken.status == 73, "\(taken.errors)")
            #expect(taken.errors.contains("lock"), "\(taken.errors)")
            #expect(program.folder.allFiles().filter { $0.contains("vault_source") } == before)
        }
    }
}
