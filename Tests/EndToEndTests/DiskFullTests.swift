import Foundation
import Sandbox
import StorageTime
import TestSupport
import Testing

/// A disk that is full ends a backfill with 73 and a vault that is whole up to there; with room again, the next one
/// ends it.
@Suite(.fewAtATime) struct DiskFullTests {
    static let task = "bulky"
    static let range = ["--from", "2012-01-01", "--to", "2012-01-21", "--window", "1d"]

    /// Rows that hardly compress: about 120 kB a day.
    private static func fill(_ store: SandboxStore) throws {
        var generator = SeededGenerator(seed: 7)
        let start = try StorageInstant(parsing: "2012-01-01")
        for day in 0..<20 {
            for row in 0..<150 {
                let noise = (0..<50).map { _ in String(generator.next(), radix: 36) }.joined()
                store.insert(
                    task: task, row: "{\"row\":\"\(day)-\(row)\",\"noise\":\"\(noise)\"}",
                    at: start.advanced(by: day * 86_400 + row))
            }
        }
    }

    private static let canMount =
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/unshare")
        && FileManager.default.isExecutableFile(atPath: "/bin/mount")

    /// In a mount namespace of its own: the disk goes with the shell.
    @Test(.enabled(if: canMount, "a small disk of one's own needs root and unshare"))
    func aFullDiskEndsWith73AndLeavesAVaultThatIsWhole() async throws {
        try await withSandbox { baseURL, store in
            try Self.fill(store)
            let program = try Program(baseURL: baseURL)
            let backfill = "'\(Program.path)' backfill \(Self.task) \(Self.range.joined(separator: " "))"
            let script = """
                mkdir -p disk && mount -t tmpfs -o size=1m tmpfs disk || exit 99
                export OCTOVAULT_VAULT=disk/vault
                \(backfill) >full.out 2>full.err; echo $? >full.status
                '\(Program.path)' verify --deep --offline disk/vault >verify.out 2>&1; echo $? >verify.status
                mount -o remount,size=64m disk
                \(backfill) >room.out 2>&1; echo $? >room.status
                '\(Program.path)' verify --deep >>verify.out 2>&1; echo $? >verify2.status
                '\(Program.path)' restore \(Self.task) --format ndjson -o restored.ndjson
                find disk -name '*.partial' >partials
                """
            let outcome = try await program.shell("unshare", "-m", "sh", "-c", script)
            guard outcome.status != 99, outcome.status != 1 else { return }
            var told: [String: String] = [:]
            for name in [
                "full.status", "full.err", "verify.status", "verify.out", "room.status", "room.out",
                "verify2.status", "partials", "restored.ndjson",
            ] {
                told[name] = try String(contentsOfFile: "\(program.folder.path)/\(name)", encoding: .utf8)
            }
            #expect(told["full.status"] == "73\n", "\(told["full.err"] ?? "")")
            #expect(told["full.err"]?.contains("disk is full") == true, "\(told["full.err"] ?? "")")
            #expect(told["verify.status"] == "0\n", "\(told["verify.out"] ?? "")")
            #expect(told["room.status"] == "0\n", "\(told["room.out"] ?? "")")
            #expect(told["verify2.status"] == "0\n", "\(told["verify.out"] ?? "")")
            #expect(told["partials"] == "")
            #expect(multiset(told["restored.ndjson"] ?? "") == store.multiset(of: Self.task))
        }
    }

    /// Not a byte is left: whatever reads works all the same, and pruning frees space.
    @Test(.enabled(if: canMount, "a small disk of one's own needs root and unshare"))
    func onAFullDiskWhatReadsWorksAndPruningFreesSpace() async throws {
        try await withSandbox { baseURL, store in
            try Self.fill(store)
            let program = try Program(baseURL: baseURL)
            let commands = [
                "list": "list", "status": "status", "history": "history", "verify": "verify", "doctor": "doctor",
                "restore": "restore \(Self.task) --format ndjson -o restored.ndjson",
                "diff": "diff disk/vault disk/vault",
                "dry": "prune --keep-within 10d --dry-run --including-irreplaceable",
                "prune": "prune --keep-within 10d --including-irreplaceable", "again": "status",
                "sound": "verify",
            ]
            let order = [
                "list", "status", "history", "verify", "doctor", "restore", "diff", "dry", "prune", "again", "sound",
            ]
            let runs = order.map { name in
                "'\(Program.path)' \(commands[name] ?? "") >\(name).out 2>\(name).err; echo $? >\(name).status"
            }
            let script = """
                mkdir -p disk && mount -t tmpfs -o size=8m tmpfs disk || exit 99
                export OCTOVAULT_VAULT=disk/vault
                '\(Program.path)' backfill \(Self.task) \(Self.range.joined(separator: " ")) || exit 98
                dd if=/dev/zero of=disk/filler bs=4k 2>/dev/null; df --output=avail disk | tail -1 >before.df
                \(runs.joined(separator: "\n"))
                df --output=avail disk | tail -1 >after.df
                """
            let outcome = try await program.shell("unshare", "-m", "sh", "-c", script)
            guard outcome.status != 99, outcome.status != 1 else { return }
            #expect(outcome.status == 0, "\(outcome.errors)")
            func told(_ name: String) throws -> String {
                try String(contentsOfFile: "\(program.folder.path)/\(name)", encoding: .utf8)
            }
            #expect(try told("before.df").trimmingCharacters(in: .whitespacesAndNewlines) == "0")
            for name in order where name != "doctor" {
                let errors = try told("\(name).err")
                #expect(try told("\(name).status") == "0\n", "\(name): \(errors)")
            }
            // A full disk is what a check-up is to find; it ends as it does without one.
            let page = try told("doctor.out")
            #expect(try ["0\n", "65\n", "73\n"].contains(told("doctor.status")), "\(page)")
            #expect(page.contains("the catalog agrees with the manifests"), "\(page)")
            #expect(try multiset(told("restored.ndjson")) == store.multiset(of: Self.task))
            let freed = Int(try told("after.df").trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
            #expect(freed > 500, "\(freed) KiB are free after pruning")
        }
    }

    /// No file may grow beyond a limit: now an archive's, now the catalog's.
    @Test(arguments: Sampling.some(2, of: [32, 64, 128, 512]))
    func aLimitOnFilesEndsWith73AndLeavesAVaultThatIsWhole(kilobytes: Int) async throws {
        try await withSandbox { baseURL, store in
            try Self.fill(store)
            let program = try Program(baseURL: baseURL)
            let backfill = (["backfill", Self.task] + Self.range).joined(separator: " ")
            let limited = try await program.shell(
                "sh", "-c", "ulimit -f \(kilobytes * 2) && exec '\(Program.path)' \(backfill)")
            #expect([0, 73].contains(limited.status), "\(limited.errors)")
            if kilobytes < 100 { #expect(limited.status == 73) }
            let rest = try await program.run(["backfill", Self.task] + Self.range)
            #expect(rest.status == 0, "\(rest.errors)")
            #expect(try await program.run("verify", "--deep").status == 0)
            let restored = try await program.run("restore", Self.task, "--format", "ndjson")
            #expect(multiset(restored.output) == store.multiset(of: Self.task))
            #expect(program.folder.allFiles().filter { $0.hasSuffix(".partial") } == [])
        }
    }

    /// What works with few files works, and what does not names the limit: nothing is taken for damage or a full disk.
    @Test func withFewOpenFilesACommandWorksOrNamesTheLimit() async throws {
        try await withSandbox { baseURL, store in
            try Self.fill(store)
            let program = try Program(baseURL: baseURL)
            let backfill = try await program.run(["backfill", Self.task] + Self.range)
            #expect(backfill.status == 0, "\(backfill.errors)")
            let commands = [["list"], ["status"], ["verify"], ["restore", Self.task, "-o", "rows.csv"]]
            for files in Sampling.some(5, of: 4...20) {
                for command in commands {
                    let limited = try await program.runWrapped(
                        ["/bin/sh", "-c", #"ulimit -n \#(files) && exec "$0" "$@""#], command)
                    let errors = "\(files) files, \(command): \(limited.status) \(limited.errors)"
                    #expect([0, 73].contains(limited.status), "\(errors)")
                    if limited.status == 73 { #expect(limited.errors.contains("ulimit -n"), "\(errors)") }
                }
            }
            // Nothing was noted as damaged meanwhile.
            for command in commands {
                let outcome = try await program.run(command)
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
        }
    }
}
