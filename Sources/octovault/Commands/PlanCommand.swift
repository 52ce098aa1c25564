import Archive
import ArgumentParser
import Foundation
import Jobs
import Operations
import Snapshots
import StorageTime
import Vault

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show how a backfill is dealt among several workers.",
        discussion: """
            The range's windows in order, task by task, are cut into N runs of equal length, give or take one, whatever \
            is covered; backfill --shard I/N takes the I-th. Needs neither a vault nor an account. Where there is a \
            vault, due is how many of the windows it does not cover; they must be past in every time zone.

            --json prints one line a shard: shard, of, windows, due, stretches (task, from, to), requests (least: what a \
            worker with an empty vault asks at the least, an answer a window).

            EXIT STATUS
              0 shown · 64 usage · 73 the vault cannot be read · 78 a vault of a newer format
            """)

    @Argument(help: "The tasks to back up, by id, or as the vault names them.", completion: Completion.tasks)
    var tasks: [String]

    @Option(help: ArgumentHelp("Where the range begins, in storage time.", valueName: "time"))
    var from: String

    @Option(help: ArgumentHelp("Where the range ends.", valueName: "time"))
    var to: String

    @Option(help: ArgumentHelp("The length of a window: 90s, 15m, 1h, 1d.", valueName: "duration"))
    var window = "1d"

    @Option(help: ArgumentHelp("How many workers there are, 1 to \(ShardNumber.mostShards).", valueName: "n"))
    var shards = 1

    @Option(help: ArgumentHelp("How long after its end a window is taken.", valueName: "duration"))
    var settle = JobDefaults.settle.description

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard (1...ShardNumber.mostShards).contains(shards) else {
            throw Problem.usage(
                "--shards: \(shards) is not possible", hint: "choose 1 to \(ShardNumber.mostShards)")
        }
        let step = try Seconds.option("--window", window)
        guard let range = try Window.range(from: from, to: to) else {
            throw Problem.usage("--from and --to are needed")
        }
        let settle = try Seconds(parsing: settle)
        let vault = FileManager.default.fileExists(atPath: vault.folder) ? try vault.open(.reading, output) : nil
        defer { vault?.close() }
        let named = try vault?.directory(isFresh: false).tasks(named: tasks) ?? TaskID.arguments(tasks)
        let plan = try ShardPlan.options(tasks: named, range: range, step: step)
        let outlooks = try ShardOutlooks(plan, vault: vault, settle: settle, now: Date())
        for number in 1...shards {
            guard let number = ShardNumber(number, of: shards) else { continue }
            let outlook = outlooks.outlook(number)
            if output.json { try output.terminal.printLine(outlook.json) } else { try show(outlook) }
        }
    }

    private func show(_ outlook: ShardOutlook) throws {
        let shard = outlook.shard
        try output.terminal.printSentence(
            "shard \(shard.number): \(shard.windows.counted("window")), \(outlook.due.grouped) due")
        for stretch in shard.stretches {
            try output.terminal.printLine("  \(stretch.task)  \(stretch.window)".printable)
        }
    }
}
