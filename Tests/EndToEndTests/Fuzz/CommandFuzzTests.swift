import Archive
import Foundation
import TestSupport
import Testing

/// The commands themselves, not only their readers, over hostile servers, crafted catalogs and crafted manifests.
///
/// `OCTOVAULT_FUZZ_SECONDS` makes each longer; a finding names the attempt, which `OCTOVAULT_FUZZ_ATTEMPT` makes again.
@Suite(.timeLimit(.minutes(60)))
struct CommandFuzzTests {
    @Test(.fewWaitingAtATime) func anyServerIsOutlived() async throws {
        try await CommandFuzz.run("servers", seed: 1) { dice, _ in
            let server = HostileServer(dice: SeededGenerator(seed: dice.next()))
            var asked = Self.online
            asked.shuffle(using: &dice)
            let commands = Array(asked.prefix(2))
            return try await DoorServer.with({ server.reply(to: $0) }) { door in
                let program = try Program(baseURL: door.baseURL)
                try Self.job.write(toFile: "\(program.folder.path)/j.yaml", atomically: true, encoding: .utf8)
                var runs: [CommandFuzz.Run] = []
                for arguments in commands { runs.append(try await CommandFuzz.run(program, arguments)) }
                return runs
            }
        }
    }

    @Test(.fewAtATime) func anyCatalogIsReadOrRefused() async throws {
        let vault = try await CraftedVault()
        try await CommandFuzz.run("catalogs", seed: 2) { dice, _ in
            let program = try vault.copy()
            try vault.craftCatalog(of: program, &dice)
            return try await Self.runSome(program, &dice)
        }
    }

    @Test(.fewAtATime) func anyManifestIsReadOrRefused() async throws {
        let vault = try await CraftedVault()
        try await CommandFuzz.run("manifests", seed: 3) { dice, _ in
            let program = try vault.copy()
            for _ in 0..<Int.random(in: 1...3, using: &dice) { try vault.craftManifest(of: program, &dice) }
            return try await Self.runSome(program, &dice)
        }
    }

    private static func runSome(_ program: Program, _ dice: inout SeededGenerator) async throws -> [CommandFuzz.Run] {
        var commands = offline
        commands.shuffle(using: &dice)
        var runs: [CommandFuzz.Run] = []
        for arguments in commands.prefix(4) { runs.append(try await CommandFuzz.run(program, arguments)) }
        return runs
    }

    private static let job = """
        tasks: [t]
        schedule: "7 * * * *"
        window: 1d
        start: 2026-11-01
        page_size: 10

        """

    private static let backfill = ["backfill", "t", "--from", "2013-01-01", "--to", "2013-01-03", "--page-size", "10"]
    private static let online = [
        ["tasks"], ["snapshot", "t", "--source", "all"], ["snapshot", "t", "--source", "last-extraction"],
        ["snapshot", "t", "--source", "unexported"], backfill, backfill + ["--proof", "totals"],
        backfill + ["--window", "1h"], backfill + ["--force"], ["probe", "t"], ["verify", "--remote"],
        ["verify", "--reconcile"], ["doctor"], ["run", "--jobs", "j.yaml", "--once"],
    ]
    static let offline = [
        ["status"], ["status", "--json"], ["list"], ["list", "--json"], ["history"], ["verify"], ["verify", "--deep"],
        ["prune", "--dry-run", "--keep-within", "30d"], ["prune", "--keep-within", "30d"], ["compact"],
        ["diff", "vault", "original"], ["export-manifest", "-o", "list.ndjson"], ["catalog", "rebuild"], ["doctor"],
        ["restore", CraftedVault.task, "-o", "out.csv", "--allow-gaps"],
        ["restore", CraftedVault.task, "--from", "2013-01-01", "--to", "2014-01-01", "--widen", "-o", "part.csv"],
        ["verify", "--heal"],
    ]
}
