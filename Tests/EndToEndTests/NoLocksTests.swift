import Foundation
import Sandbox
import TestSupport
import Testing

/// A file system that knows no locks on whole files, as network file systems may be: what is there can be read. The
/// program runs with a library before the system's that refuses them.
@Suite(.fewAtATime) struct NoLocksTests {
    private static let library = """
        #include <errno.h>
        int flock(int file, int operation) { errno = ENOLCK; return -1; }

        """

    private static let hasCompiler = FileManager.default.isExecutableFile(atPath: "/usr/bin/cc")

    @Test(.enabled(if: hasCompiler, "a C compiler makes the library"))
    func whereLocksAreRefusedWhatIsThereIsRead() async throws {
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL)
            let weather = WholeWayTests.weather
            let backfill = ["backfill", weather, "--from", "2012-01-01", "--to", "2012-01-05"]
            #expect(try await program.run(backfill).status == 0)
            let folder = program.folder.path
            try Self.library.write(toFile: "\(folder)/refuse.c", atomically: true, encoding: .utf8)
            let made = try await program.shell("cc", "-shared", "-fPIC", "-o", "refuse.so", "refuse.c")
            #expect(made.status == 0, "\(made.errors)")
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
        }
    }
}
