import CSQLite
import Foundation
import Sandbox
import TestSupport
import Testing

/// What shells propose while a command is typed, by the scripts that the program writes for them.
@Suite struct CompletionTests {
    private static let weather = TaskSpecification.weather.id

    /// Names that would do something, or look like something else, in one shell or another.
    static let hostileNames = [
        "$(touch pwned)", "`touch pwned`", "a; touch pwned", "a|touch pwned", "${IFS}", "a\ntouch pwned", "{a,b}", "*",
        "~", "--vault", "'", "\"", "\\", "x:y", "\u{202E}txt.exe", "a\u{200B}b", "\u{1B}[31m", "!!", "=ls", " ", "a  b",
        "$((1+1))", "<(touch pwned)", "a\tb", "#a", "%1", String(repeating: "n", count: 5000),
    ]

    /// The program's script for bash, written once: it is long.
    private static let script = Task {
        let folder = try TemporaryFolder(isShared: true)
        let path = "\(folder.path)/octovault.bash"
        let written = try await Program().run("--generate-completion-script", "bash")
        try Data(written.output.utf8).write(to: URL(fileURLWithPath: path))
        return (folder: folder, path: path)
    }

    /// What bash has for the last of `words`, by the program's own script.
    private func bash(_ program: Program, _ words: String...) async throws -> [String] {
        try await bash(program, words)
    }

    private func bash(_ program: Program, _ words: [String]) async throws -> [String] {
        let outcome = try await program.shell(
            "bash",
            [
                "-c",
                """
                set -u
                source "$1"; shift
                COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMPREPLY=()
                _octovault octovault "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                printf '%s\\n' "${COMPREPLY[@]}"
                """, "bash", try await Self.script.value.path, Program.path,
            ] + words)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(words): \(outcome.errors)")
        return outcome.lines
    }

    /// A vault with one task, which the account calls Seattle weather, and more as `names` says, by made-up ids.
    private func backUp(_ program: Program, names: [String] = []) async throws {
        let taken = try await program.run("backfill", Self.weather, "--from", "2015-01-01", "--to", "2015-01-02")
        #expect(taken.status == 0, "\(taken.errors)")
        var handle: OpaquePointer?
        #expect(sqlite3_open("\(program.vault)/catalog.sqlite", &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        for (index, name) in names.enumerated() {
            let hex = name.utf8.map { String(format: "%02x", $0) }.joined()
            let sql = """
                INSERT INTO series (task, source, host, name) VALUES ('made-\(index)', 'storage-time', 'h', CAST(x'\(hex)' AS TEXT));
                INSERT INTO windows SELECT last_insert_rowid(), from_s, to_s, state, captured_at, rows, bytes, kept,
                    snapshot, part, rechecked_at, revision, total, edge_rows, rows_digest, edge_only FROM windows LIMIT 1;
                """
            #expect(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK, "\(String(cString: sqlite3_errmsg(handle)))")
        }
    }

    @Test func tasksAreProposedByNameAndById() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            try await backUp(program, names: ["Shop prices", "Läden, Köln", "Shop prices", ""])
            let all = try await bash(program, "restore", "")
            #expect(Set(all) == ["Seattle weather", "Läden, Köln", "made-0", "made-2", "made-3"])
            #expect(try await bash(program, "restore", "Sea") == ["Seattle weather"])
            #expect(try await bash(program, "restore", "b1d5") == [Self.weather])
            #expect(try await bash(program, "restore", "made-1", "--from", "30d", "Lä") == ["Läden, Köln"])
            let commands = ["status", "list", "verify", "backfill", "snapshot", "compact", "prune", "probe"]
            for command in Sampling.some(2, of: commands) {
                #expect(try await bash(program, command, "Sea") == ["Seattle weather"], "\(command)")
            }
            #expect(try await bash(program, "copy", "push", "folder", "Sea") == ["Seattle weather"])
            #expect(try await bash(program, "diff", "a", "b", "--task", "Sea") == ["Seattle weather"])
        }
    }

    /// A name is proposed where the command takes it.
    @Test func everyCommandTakesTheNameThatIsProposedForIt() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            try await backUp(program)
            #expect(try await program.run("copy", "push", "copy").status == 0)
            let lines = [
                ["restore", "@"], ["status", "@"], ["list", "@"], ["verify", "@"], ["compact", "@"],
                ["prune", "--keep-last", "1", "--dry-run", "@"], ["export-manifest", "@"],
                ["plan", "--from", "2015-01-01", "--to", "2015-01-02", "@"],
                ["copy", "push", "copy", "@"], ["copy", "check", "copy", "@"], ["copy", "pull", "copy", "@"],
                ["diff", "vault", "copy", "--task", "@"],
                ["probe", "@"], ["backfill", "--from", "2015-01-01", "--to", "2015-01-02", "@"],
                ["snapshot", "--source", "all", "@"],
            ]
            for line in Sampling.some(4, of: lines) {
                #expect(try await bash(program, Array(line.dropLast()) + ["Sea"]) == ["Seattle weather"], "\(line)")
                let byName = try await program.run(line.dropLast() + ["Seattle weather"])
                let byID = try await program.run(line.dropLast() + [Self.weather])
                #expect(byName.status == 0, "\(line): \(byName.errors)")
                // What tells how long it took, or what has changed since, is another each time.
                if ["probe", "snapshot", "backfill", "status"].contains(line[0]) || line[1] == "pull" { continue }
                #expect(byName.output == byID.output, "\(line)")
            }
        }
    }

    @Test func theVaultIsTheOneOnTheLine() async throws {
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL)
            try await backUp(program)
            program.variables["OCTOVAULT_VAULT"] = nil
            program.variables["HOME"] = program.folder.path
            try FileManager.default.moveItem(atPath: program.vault, toPath: "\(program.folder.path)/my vault")
            #expect(try await bash(program, "restore", "Sea").isEmpty)
            for words in [
                ["--vault", "my\\ vault"], ["--vault", "'my vault'"], ["--vault", "=", "my\\ vault"],
                ["--vault=my\\ vault"], ["--vault", "~/my\\ vault"], ["--catalog", "my\\ vault/catalog.sqlite"],
            ] {
                let words = ["restore"] + words + ["Sea"]
                let outcome = try await program.run(
                    ["---completion", "restore", "--", "positional@0", "\(words.count)", "3", "octovault"] + words)
                #expect(outcome.output == "Seattle weather\n" && outcome.errors.isEmpty, "\(words): \(outcome.output)")
            }
        }
    }

    @Test func namesThatAShellWouldTakeForSomethingElseAreNeverProposed() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            try await backUp(program, names: Self.hostileNames)
            let ids = Self.hostileNames.indices.map { "made-\($0)" }
            #expect(try await Set(bash(program, "restore", "")) == Set(ids + ["Seattle weather"]))
            for start in Sampling.some(3, of: ["$", "`", "a", "'", "*", "~", "\\"]) {
                _ = try await bash(program, "restore", start)
            }
            #expect(!program.folder.allFiles().contains { $0.contains("pwned") })
        }
    }

    @Test func jobsAccountsFormatsSourcesAndZonesAreProposed() async throws {
        let program = try Program()
        let jobs = program.folder.path + "/jobs"
        try FileManager.default.createDirectory(atPath: jobs, withIntermediateDirectories: true)
        for (name, text) in [
            ("accounts.yaml", "default: {username: a, password_env: P}\nshop: {username: b, password_env: P}\n"),
            ("hourly.yaml", "tasks: [a]\nschedule: '@hourly'\n"), ("night.ly.yml", "broken: ["), (".hidden.yaml", ""),
            ("$(touch pwned).yaml", ""), ("notes.txt", ""),
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(jobs)/\(name)"))
        }
        for command in [["run", "--once"], ["history"], ["jobs", "notify"]] {
            let words = command + ["--job", ""]
            let found = try await program.run(
                ["---completion"] + command.prefix(command[0] == "jobs" ? 2 : 1)
                    + ["--", "--job", "\(words.count)", "0", "octovault"] + words)
            #expect(found.lines == ["hourly", "night.ly"], "\(command): \(found.output)\(found.errors)")
        }
        #expect(try await bash(program, "run", "--once", "--job", "") == ["hourly", "night.ly"])
        #expect(try await bash(program, "tasks", "--account", "") == ["default", "shop"])
        #expect(try await bash(program, "tasks", "--jobs", "elsewhere", "--account", "").isEmpty)
        #expect(
            try await bash(program, "restore", "x", "--format", "") == ["csv", "tsv", "ndjson", "json", "sqlite"])
        let sources = try await bash(program, "restore", "x", "--source", "")
        #expect(sources.contains("storage-time") && sources.contains("increments"))
        #expect(try await bash(program, "init", "--time-zone", "Europe/Berl") == ["Europe/Berlin"])
        #expect(try await bash(program, "resto") == ["restore"])
        #expect(try await bash(program, "restore", "x", "--allow") == ["--allow-gaps"])
        #expect(!program.folder.allFiles().contains { $0.hasSuffix("pwned") })
    }

    /// A shell shows what a completion says in the middle of the line that is being typed.
    @Test(
        arguments: Sampling.some(
            3, of: ["nothing", "file", "empty", "damaged", "pipe", "link", "locked", "newer"]))
    func whereTheCatalogIsNoneNothingIsProposedAndNothingSaid(state: String) async throws {
        let program = try Program()
        let catalog = "\(program.vault)/catalog.sqlite"
        let url = URL(fileURLWithPath: catalog)
        if state == "file" {
            try Data("a".utf8).write(to: URL(fileURLWithPath: program.vault))
        } else if state != "nothing" {
            try FileManager.default.createDirectory(atPath: program.vault, withIntermediateDirectories: true)
        }
        switch state {
        case "empty": try Data().write(to: url)
        case "damaged": try Data("SQLite format 3\u{0}and no more".utf8).write(to: url)
        case "pipe": #expect(mkfifo(catalog, 0o600) == 0)
        case "link": try FileManager.default.createSymbolicLink(atPath: catalog, withDestinationPath: "/dev/zero")
        case "locked", "newer":
            var handle: OpaquePointer?
            #expect(sqlite3_open(catalog, &handle) == SQLITE_OK)
            defer { sqlite3_close(handle) }
            let sql = "CREATE TABLE grdb_migrations (identifier TEXT); INSERT INTO grdb_migrations VALUES ('of 2050');"
            #expect(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
            if state == "locked" { #expect(sqlite3_exec(handle, "BEGIN EXCLUSIVE", nil, nil, nil) == SQLITE_OK) }
            #expect(try await bash(program, "restore", "").isEmpty)
        default: break
        }
        let before = program.folder.allFiles()
        #expect(try await bash(program, "restore", "").isEmpty)
        #expect(program.folder.allFiles() == before)
        for words in [
            [], ["restore"], ["restore", "--"], ["restore", "--", "positional@0"], ["no", "--", "--job", "x"],
        ] {
            let outcome = try await program.run(["---completion"] + words)
            #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty, "\(words)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func everyShellReadsItsScript(shell: String) async throws {
        let program = try Program()
        let script = try await program.run("--generate-completion-script", shell)
        #expect(script.status == 0)
        let path = program.folder.path + "/script"
        try Data(script.output.utf8).write(to: URL(fileURLWithPath: path))
        // Where a shell is not installed, nobody can ask it.
        guard ["/usr/bin", "/bin"].contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(shell)") })
        else { return }
        let read = try await program.shell(shell, "-n", path)
        #expect(read.status == 0 && read.errors.isEmpty, "\(read.errors)")
        guard shell == "fish" else { return }
        let program2 = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
        let asked = try await program.shell(
            "fish", "-c",
            "set -x PATH '\(program2)' $PATH; source '\(path)'; complete -C 'octovault restore x --format s'")
        #expect(asked.lines.contains { $0.hasPrefix("sqlite") }, "\(asked.output)\(asked.errors)")
    }
}
