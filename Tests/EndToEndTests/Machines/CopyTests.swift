import Foundation
import Sandbox
import StorageTime
import Subprocess
import TestSupport
import Testing

/// A copy of the vault, in a folder and by rclone: the built program.
@Suite(.fewAtATime) struct CopyTests {
    static let weather = TaskSpecification.weather.id
    static let range = ["--from", "2012-01-01", "--to", "2012-02-01"]

    /// A folder, and by rclone the same folder, a store without renames, and an encrypted one.
    enum Place: String, CaseIterable, CustomTestStringConvertible {
        case folder, rclone, objects, encrypted
        var testDescription: String { rawValue }
        var remote: String {
            switch self {
            case .folder: "copy"
            case .rclone: "disk:copy"
            case .objects: "disk:copy"
            case .encrypted: "crypt:"
            }
        }
    }

    static let rclone = ["/usr/bin/rclone", "/usr/local/bin/rclone", "/bin/rclone"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    static var places: [Place] {
        if rclone != nil { return Place.allCases }
        print("skipped: copies by rclone, which is not installed (apt-get install rclone)")
        return [.folder]
    }

    static func program(_ baseURL: String, _ place: Place) throws -> Program {
        var program = try Program(baseURL: baseURL)
        let folder = program.folder.path
        program.variables["RCLONE_CONFIG"] = "/dev/null"
        program.variables["RCLONE_CONFIG_DISK_TYPE"] = "alias"
        program.variables["RCLONE_CONFIG_DISK_REMOTE"] = folder
        program.variables["RCLONE_CONFIG_CRYPT_TYPE"] = "crypt"
        program.variables["RCLONE_CONFIG_CRYPT_REMOTE"] = "\(folder)/copy"
        // `rclone obscure secret`
        program.variables["RCLONE_CONFIG_CRYPT_PASSWORD"] = "Wc-87BnMuZQF3yNbSjcxhZ8h64lQ1Q"
        if place == .objects, let rclone {
            // As a bucket is: no renames, and files appear whole.
            let script = """
                #!/bin/sh
                case "$1" in
                backend) echo '{"Features":{"Move":false}}' ;;
                move|moveto|delete|deletefile) echo "refused: $*" >&2; exit 9 ;;
                *) exec \(rclone) "$@" ;;
                esac
                """
            try Data(script.utf8).write(to: URL(fileURLWithPath: "\(folder)/rclone-objects"))
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: "\(folder)/rclone-objects")
            program.variables["OCTOVAULT_RCLONE"] = "\(folder)/rclone-objects"
        }
        return program
    }

    private static func filled(_ baseURL: String, _ place: Place) async throws -> Program {
        let program = try program(baseURL, place)
        let outcome = try await program.run(["backfill", weather, "--window", "1d"] + range)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return program
    }

    @Test(arguments: Sampling.some(1, of: places, draw: 1))
    func whatIsPushedIsCheckedAndPulledAsTheSameVault(place: Place) async throws {
        try await withSandbox { baseURL, _ in
            let program = try await Self.filled(baseURL, place)
            let dry = try await program.run("copy", "push", place.remote, "--dry-run", "--json")
            #expect(try dry.json()["copied"] as? Int == 31, "\(dry.output)\(dry.errors)")
            let push = try await program.run("copy", "push", place.remote, "--json")
            #expect(push.status == 0, "\(push.output)\(push.errors)")
            let report = try push.json()
            #expect(report["snapshots"] as? Int == 31)
            #expect(report["copied"] as? Int == 31)
            #expect(report["already"] as? Int == 0)
            #expect((report["failures"] as? [Any])?.isEmpty == true)
            #expect(try #require(report["bytes"] as? Int) > 0)
            let again = try await program.run("copy", "push", place.remote, "--json")
            #expect(try again.json()["copied"] as? Int == 0, "\(again.output)")
            #expect(try again.json()["already"] as? Int == 31)
            for deep in [[], ["--deep"]] {
                let check = try await program.run(["copy", "check", place.remote, "--json"] + deep)
                #expect(check.status == 0, "\(check.output)\(check.errors)")
                #expect(try check.json()["same"] as? Int == 31)
                #expect((try check.json()["extra"] as? [Any])?.isEmpty == true, "\(check.output)")
            }
            let pull = try await program.run("copy", "pull", place.remote, "--vault", "back", "--json")
            #expect(pull.status == 0, "\(pull.output)\(pull.errors)")
            #expect(try pull.json()["pulled"] as? Int == 31)
            #expect(try await program.run("diff", "vault", "back").status == 0)
            #expect(try await program.run("verify", "--deep", "--vault", "back").status == 0)
            let noOp = try await program.run("copy", "pull", place.remote, "--vault", "back", "--json")
            #expect(try noOp.json()["already"] as? Int == 31, "\(noOp.output)")
            #expect(!FileManager.default.fileExists(atPath: "\(program.folder.path)/back/.octovault-incoming"))
            let status = try await program.run("status", "--json")
            let copies = try #require(try status.jsonLines().first?["copies"] as? [[String: Any]])
            #expect(copies.first?["behind"] as? Int == 0, "\(status.output)")
            #expect(copies.first?["last_success"] is String)
        }
    }

    @Test(arguments: Sampling.some(1, of: places, draw: 2))
    func aRevisionFollowsItsArchiveAndWhatItReplacesGoesByPruneAlone(place: Place) async throws {
        try await withSandbox { baseURL, store in
            let program = try await Self.filled(baseURL, place)
            #expect(try await program.run("copy", "push", place.remote).status == 0)
            store.insert(
                task: Self.weather, row: #"{"late":"1"}"#, at: try StorageInstant(parsing: "2012-01-10 12:00:00"))
            let force = try await program.run(
                "backfill", Self.weather, "--window", "1d", "--force", "--from", "2012-01-10", "--to", "2012-01-11")
            #expect(force.status == 0, "\(force.errors)")
            let behind = try await program.run("status", "--json")
            let copies = try #require(try behind.jsonLines().first?["copies"] as? [[String: Any]])
            #expect(copies.first?["behind"] as? Int == 1, "\(behind.output)")
            let stale = try await program.run("copy", "check", place.remote, "--json")
            #expect(stale.status == 65, "\(stale.output)")
            let push = try await program.run("copy", "push", place.remote, "--json")
            #expect(push.status == 0, "\(push.output)\(push.errors)")
            #expect(try push.json()["copied"] as? Int == 1)
            let check = try await program.run("copy", "check", place.remote, "--json")
            #expect(check.status == 0)
            #expect((try check.json()["extra"] as? [Any])?.count == 1, "\(check.output)")
            let prune = try await program.run("copy", "push", place.remote, "--prune", "--json")
            guard place != .objects else {
                // A store that refuses deletes works but for that.
                #expect(prune.status == 69, "\(prune.output)")
                return
            }
            #expect(try prune.json()["pruned"] as? Int == 1, "\(prune.output)\(prune.errors)")
            let clean = try await program.run("copy", "check", place.remote, "--json")
            #expect((try clean.json()["extra"] as? [Any])?.isEmpty == true, "\(clean.output)")
            let compact = try await program.run("compact", "--recheck", "1s")
            #expect(compact.status == 0, "\(compact.errors)")
            #expect(try await program.run("copy", "push", place.remote, "--prune").status == 0)
            #expect(try await program.run("copy", "pull", place.remote, "--vault", "back").status == 0)
            #expect(try await program.run("diff", "vault", "back").status == 0)
        }
    }

    /// A store that lets nothing be replaced or removed, and a folder on such a disk.
    @Test(arguments: places.filter { [.folder, .rclone].contains($0) })
    func aPlaceThatRefusesToReplaceTakesAllThatIsNew(place: Place) async throws {
        try await withSandbox { baseURL, store in
            var program = try await Self.filled(baseURL, place)
            #expect(try await program.run("copy", "push", place.remote).status == 0)
            let day = "2012-01-10"
            store.insert(task: Self.weather, row: #"{"late":"1"}"#, at: try StorageInstant(parsing: "\(day) 12:00:00"))
            // One window is taken again, and new ones behind.
            for range in [["--to", "2012-01-11", "--force"], ["--to", "2012-02-10"]] {
                let more = try await program.run(
                    ["backfill", Self.weather, "--window", "1d", "--from", "2012-01-10"] + range)
                #expect(more.status == 0, "\(more.errors)")
            }
            let manifest = try #require(
                program.folder.allFiles().first { $0.hasPrefix("copy/") && $0.contains("/_20120110T") })
            if place == .folder {
                // A folder of that name cannot be replaced by a file, whoever asks.
                let path = "\(program.folder.path)/\(manifest)"
                try FileManager.default.removeItem(atPath: path)
                try FileManager.default.createDirectory(atPath: "\(path)/in-the-way", withIntermediateDirectories: true)
            } else {
                let script = """
                    #!/bin/sh
                    case "$1" in
                    backend) echo '{"Features":{"Move":false}}' ;;
                    copy) shift; exec \(Self.rclone ?? "rclone") copy --immutable --retries 1 "$@" ;;
                    move|moveto|delete|deletefile) echo "refused: $*" >&2; exit 9 ;;
                    *) exec \(Self.rclone ?? "rclone") "$@" ;;
                    esac
                    """
                let path = "\(program.folder.path)/rclone-locked"
                try Data(script.utf8).write(to: URL(fileURLWithPath: path))
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
                program.variables["OCTOVAULT_RCLONE"] = path
                // Another vault's marker stays.
                try Data("{\"format\":1,\"tool\":\"older\"}".utf8).write(
                    to: URL(fileURLWithPath: "\(program.folder.path)/copy/octovault.json"))
            }
            let push = try await program.run("copy", "push", place.remote, "--json")
            #expect([69, 73].contains(push.status), "\(push.output)\(push.errors)")
            let failures = try #require(try push.json()["failures"] as? [[String: Any]])
            #expect(
                failures.map { $0["path"] as? String } == [String(manifest.dropFirst("copy/".count))], "\(failures)")
            let pull = try await program.run("copy", "pull", place.remote, "--vault", "back", "--json")
            #expect(try #require(try pull.json()["pulled"] as? Int) >= 39, "\(pull.output)\(pull.errors)")
            #expect(try await program.run("verify", "--deep", "--vault", "back").status == 0)
            let again = try await program.run("copy", "push", place.remote, "--json")
            #expect(try again.json()["copied"] as? Int == 0, "\(again.output)")
        }
    }

    @Test(arguments: Sampling.some(1, of: places, draw: 4))
    func damageInACopyIsNamedAndNeverPulled(place: Place) async throws {
        try await withSandbox { baseURL, _ in
            let program = try await Self.filled(baseURL, place)
            #expect(try await program.run("copy", "push", place.remote).status == 0)
            let files = program.folder.allFiles().filter { $0.hasPrefix("copy/") && !$0.hasSuffix(".json") }
            let file =
                "\(program.folder.path)/\(try #require(files.filter { !$0.contains("octovault") }.sorted().last))"
            var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            bytes[bytes.count - 9] ^= 1
            try bytes.write(to: URL(fileURLWithPath: file))
            let check = try await program.run("copy", "check", place.remote, "--deep", "--json")
            #expect(check.status == 65, "\(check.output)\(check.errors)")
            #expect((try check.json()["differing"] as? [Any])?.count == 1, "\(check.output)")
            let pull = try await program.run("copy", "pull", place.remote, "--vault", "back", "--json")
            #expect(
                place == .encrypted ? [65, 69].contains(pull.status) : pull.status == 65, "\(pull.output)\(pull.errors)"
            )
            let verify = try await program.run("verify", "--deep", "--vault", "back")
            #expect(verify.status == 0, "\(verify.output)")
        }
    }

    @Test(arguments: Sampling.some(1, of: places, draw: 3))
    func damageHereIsHealedFromACopyBeforeTheServerIsAsked(place: Place) async throws {
        try await withSandbox { baseURL, _ in
            var program = try await Self.filled(baseURL, place)
            #expect(try await program.run("copy", "push", place.remote).status == 0)
            #expect(try await program.run("copy", "pull", place.remote, "--vault", "before").status == 0)
            let archives = program.folder.allFiles().filter { $0.hasPrefix("vault/") && $0.hasSuffix(".ndjson.gz") }
                .sorted()
            let manifests = program.folder.allFiles()
                .filter { $0.hasPrefix("vault/") && $0.hasSuffix(".manifest.json") }.sorted()
            try Data("no archive".utf8).write(to: URL(fileURLWithPath: "\(program.folder.path)/\(archives[3])"))
            try FileManager.default.removeItem(atPath: "\(program.folder.path)/\(archives[5])")
            try Data("no manifest".utf8).write(to: URL(fileURLWithPath: "\(program.folder.path)/\(manifests[7])"))
            program.variables["OCTOPARSE_BASE_URL"] = "http://127.0.0.1:9"
            let pushed = try await program.run("copy", "push", place.remote, "--json")
            #expect(pushed.status == 65, "what is damaged is not pushed: \(pushed.output)")
            let heal = try await program.run("verify", "--heal", "--from", place.remote)
            #expect(heal.status == 0, "\(heal.output)\(heal.errors)")
            #expect(try await program.run("diff", "vault", "before").status == 0)
            #expect(try await program.run("verify", "--deep").status == 0)
        }
    }

    /// By an id, the beginning of one, or a name, which a machine without the vault reads from the copy.
    @Test(
        arguments: Sampling.some(
            2, of: ["b1d51de6-f644-4a26-b659-d001fe527f4c", "b1d5", "Seattle weather", "seattle WEATHER"]))
    func aTaskOfACopyIsCalledByItsNameOrTheBeginningOfItsID(word: String) async throws {
        try await withSandbox { baseURL, _ in
            let program = try await Self.filled(baseURL, .folder)
            let remote = Place.folder.remote
            #expect(try await program.run("copy", "push", remote).status == 0)
            for vault in [program.vault, "\(program.folder.path)/new", "\(program.folder.path)/new"] {
                let pull = try await program.run("copy", "pull", remote, word, "--vault", vault, "--json")
                #expect(pull.status == 0, "\(pull.output)\(pull.errors)")
                #expect(try pull.json()["snapshots"] as? Int == 31)
                let check = try await program.run("copy", "check", remote, word, "--vault", vault, "--json")
                #expect(check.status == 0, "\(check.output)\(check.errors)")
                #expect(try check.json()["same"] as? Int == 31)
            }
            for command in ["pull", "check"] {
                let wrong = try await program.run("copy", command, remote, "Seatle weather")
                #expect(wrong.status == 64, "\(wrong.output)")
                #expect(wrong.errors.contains("did you mean"), "\(wrong.errors)")
            }
        }
    }

    @Test func aRangeAndManifestsAloneArePulled() async throws {
        try await withSandbox { baseURL, _ in
            let program = try await Self.filled(baseURL, .folder)
            #expect(try await program.run("copy", "push", "copy").status == 0)
            let range = try await program.run(
                "copy", "pull", "copy", "--vault", "part", "--from", "2012-01-05", "--to", "2012-01-08", "--json")
            #expect(try range.json()["pulled"] as? Int == 3, "\(range.output)\(range.errors)")
            let listed = try await program.run("copy", "pull", "copy", "--vault", "bare", "--manifests", "--json")
            #expect(try listed.json()["pulled"] as? Int == 31, "\(listed.output)\(listed.errors)")
            #expect(!program.folder.allFiles().contains { $0.hasPrefix("bare/") && $0.hasSuffix(".gz") })
            let backfill = try await program.run(
                ["backfill", Self.weather, "--window", "1d", "--vault", "bare", "--json"] + Self.range)
            #expect(try backfill.json()["requests"] as? Int == 0, "\(backfill.output)\(backfill.errors)")
            let whole = try await program.run("copy", "pull", "copy", "--vault", "bare", "--json")
            #expect(whole.status == 0, "\(whole.output)\(whole.errors)")
            #expect(try await program.run("verify", "--deep", "--vault", "bare").status == 0)
            #expect(try await program.run("diff", "vault", "bare").status == 0)
        }
    }

    @Test func aJobPushesAfterItsRunAndACopyThatFailsMakesItPartial() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let job = "\(program.folder.path)/jobs/weather.yaml"
            try FileManager.default.createDirectory(
                atPath: "\(program.folder.path)/jobs", withIntermediateDirectories: true)
            func write(_ copy: String) throws {
                let text = """
                    tasks: [\(Self.weather)]
                    schedule: "@daily"
                    window: 30d
                    start: 2015-12-01
                    copies: ["\(copy)"]
                    """
                try Data(text.utf8).write(to: URL(fileURLWithPath: job))
            }
            try Data("a file".utf8).write(to: URL(fileURLWithPath: "\(program.folder.path)/file"))
            try write("\(program.folder.path)/file/copy")
            let failed = try await program.run("run", "--once", "--jobs", "jobs", "--json")
            #expect(failed.status == 75, "\(failed.output)\(failed.errors)")
            #expect(try failed.json()["outcome"] as? String == "partial", "\(failed.output)")
            #expect(try failed.json()["failed"] as? Int == 0)
            try write("\(program.folder.path)/copy")
            let run = try await program.run("run", "--once", "--jobs", "jobs", "--json")
            #expect(try run.json()["outcome"] as? String == "done", "\(run.output)\(run.errors)")
            #expect(try await program.run("copy", "check", "copy").status == 0)
            let status = try await program.run("status", "--json", "--jobs", "jobs")
            let copies = try #require(try status.jsonLines().first?["copies"] as? [[String: Any]])
            #expect(copies.count == 1, "\(status.output)")
            #expect(copies.first?["behind"] as? Int == 0, "\(status.output)")
            // A disk that is not mounted: nothing is begun in its place.
            try FileManager.default.removeItem(atPath: "\(program.folder.path)/copy")
            let gone = try await program.run("run", "--once", "--jobs", "jobs", "--json")
            #expect(gone.status == 75, "\(gone.output)\(gone.errors)")
            #expect(try gone.json()["outcome"] as? String == "partial", "\(gone.output)")
            #expect(!FileManager.default.fileExists(atPath: "\(program.folder.path)/copy"))
            let doctor = try await program.run("doctor", "--jobs", "jobs")
            #expect(doctor.output.contains("is gone"), "\(doctor.output)")
            #expect(try await program.run("copy", "push", "copy").status == 0)
            #expect(try await program.run("copy", "check", "copy", "--deep").status == 0)
            let back = try await program.run("run", "--once", "--jobs", "jobs", "--json")
            #expect(try back.json()["outcome"] as? String == "done", "\(back.output)\(back.errors)")
        }
    }

    @Test func aMissingProgramIsSaidWithWhatToDo() async throws {
        try await withSandbox { baseURL, _ in
            var program = try await Self.filled(baseURL, .folder)
            program.variables["OCTOVAULT_RCLONE"] = "/nowhere/rclone"
            let push = try await program.run("copy", "push", "b2:bucket")
            #expect(push.status == 69, "\(push.errors)")
            #expect(push.errors.contains("install rclone"))
            #expect(try await program.run("copy", "push", "-x").status == 64)
        }
    }

    /// Pushes are killed at random moments while windows are taken again. Whatever is in the copy then can be pulled,
    /// and is sound; one more push makes it whole.
    @Test(arguments: Sampling.some(1, of: places.filter { $0 != .encrypted }))
    func aPushKilledAtRandomMomentsLeavesACopyThatIsAVault(place: Place) async throws {
        try await withSandbox { baseURL, store in
            let program = try await Self.filled(baseURL, place)
            let seed = UInt64.random(in: 1...UInt64.max)
            var generator = SeededGenerator(seed: seed)
            var killed = 0
            let kills = CrashTests.kills / 3
            let start = try StorageInstant(parsing: "2012-01-01")
            for number in 0..<kills {
                for row in 0..<3 {
                    store.insert(
                        task: Self.weather, row: "{\"late\":\"\(number)-\(row)\"}",
                        at: start.advanced(by: Int.random(in: 0..<31 * 86_400, using: &generator)))
                }
                let force = try await program.run(["backfill", Self.weather, "--window", "1d", "--force"] + Self.range)
                #expect(force.status == 0, "\(force.errors)")
                let delay = Int.random(in: 20...(place == .folder ? 300 : 1500), using: &generator)
                let outcome = try await program.start(["copy", "push", place.remote]) { send in
                    try await Task.sleep(for: .milliseconds(delay))
                    try? send(.kill)
                }
                if outcome.status == 137 { killed += 1 }
                let back = "back-\(number)"
                let pull = try await program.run("copy", "pull", place.remote, "--vault", back)
                #expect([0, 78].contains(pull.status), "seed \(seed), kill \(number): \(pull.output)\(pull.errors)")
                if pull.status == 0 {
                    let verify = try await program.run("verify", "--deep", "--vault", back)
                    #expect(verify.status == 0, "seed \(seed), kill \(number): \(verify.output)")
                }
                try? FileManager.default.removeItem(atPath: "\(program.folder.path)/\(back)")
            }
            print("copy, \(place): seed \(seed), \(killed) of \(kills) pushes were killed")
            #expect(try await program.run("copy", "push", place.remote).status == 0, "seed \(seed)")
            #expect(try await program.run("copy", "pull", place.remote, "--vault", "last").status == 0)
            #expect(try await program.run("diff", "vault", "last").status == 0, "seed \(seed)")
        }
    }

    /// Pulls are killed at random moments. What is here then is sound; one more pull makes it whole.
    @Test(arguments: places.filter { [.folder, .rclone].contains($0) })
    func aPullKilledAtRandomMomentsIsMadeWholeByTheNext(place: Place) async throws {
        try await withSandbox { baseURL, _ in
            let program = try await Self.filled(baseURL, place)
            #expect(try await program.run("copy", "push", place.remote).status == 0)
            let seed = UInt64.random(in: 1...UInt64.max)
            var generator = SeededGenerator(seed: seed)
            let kills = CrashTests.kills / 3
            var killed = 0
            for number in 0..<kills {
                let back = "back-\(number / 3)"
                let delay = Int.random(in: 20...(place == .folder ? 400 : 1200), using: &generator)
                let outcome = try await program.start(["copy", "pull", place.remote, "--vault", back]) { send in
                    try await Task.sleep(for: .milliseconds(delay))
                    try? send(.kill)
                }
                if outcome.status == 137 { killed += 1 }
                let rows = try await program.run(
                    "restore", Self.weather, "--vault", back, "--format", "ndjson", "--allow-gaps")
                // No vault yet, nothing of the task yet, some of its windows, or all.
                #expect([0, 64, 65, 78].contains(rows.status), "seed \(seed), kill \(number): \(rows.errors)")
                #expect(Set(rows.lines).count == rows.lines.count, "seed \(seed), kill \(number)")
                guard number % 3 == 2 || number == kills - 1 else { continue }
                #expect(try await program.run("copy", "pull", place.remote, "--vault", back).status == 0)
                #expect(try await program.run("diff", "vault", back).status == 0, "seed \(seed), kill \(number)")
                let verify = try await program.run("verify", "--deep", "--vault", back)
                #expect(verify.status == 0, "seed \(seed), kill \(number): \(verify.output)")
                #expect(!FileManager.default.fileExists(atPath: "\(program.folder.path)/\(back)/.octovault-incoming"))
            }
            print("pull, \(place): seed \(seed), \(killed) of \(kills) pulls were killed")
        }
    }
}
