import ArgumentParser
import Foundation
import Logging
import Sandbox
import ServiceLifecycle
import StorageTime
import UnixSignals

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serve the API on this machine, over sample rows or your own.",
        discussion: """
            Listens on 127.0.0.1 only. User sandbox, password sandbox. Prints {"base_url":"http://127.0.0.1:PORT",…} once \
            it accepts requests, and serves until it is interrupted. Without --task it serves four years of Seattle's \
            weather as task \(TaskSpecification.weather.id).

            EXIT STATUS: 0 stopped · 64 usage, or a file that cannot be served · 73 the port is taken
            """)

    @Option(help: "The port; 0 takes a free one.")
    var port = 0

    @Option(
        name: .customLong("task"),
        help: ArgumentHelp(
            "A task and the file its rows come from; TIMEKEY is the column that holds the storage time, and is not "
                + "served. May be given several times.",
            valueName: "ID=FILE[.csv|.ndjson|.ndjson.gz]:TIMEKEY"))
    var tasks: [String] = []

    @Option(
        name: .customLong("group"),
        help: ArgumentHelp("A task group. May be given several times.", valueName: "ID=NAME:TASK,TASK"))
    var groups: [String] = []

    @Option(help: ArgumentHelp("Which edges of an interval count as inside: closed, half-open or left-open."))
    var bounds: IntervalConvention = .closed

    @Flag(help: "Answer the rows of one second in another order at each request.")
    var shuffleTies = false

    @Option(help: ArgumentHelp("The zone of storage time.", valueName: "zone"))
    var timeZone = "UTC"

    @Option(help: ArgumentHelp("Keep storing rows at this rate, now, cycling the sample.", valueName: "rows/s"))
    var live = 0.0

    @Option(help: ArgumentHelp("How long an access token is good for.", valueName: "duration"))
    var tokenLifetime = "86399s"

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let configuration = try sandboxConfiguration()
        let terminal = output.terminal
        let server = try SandboxServer(configuration: configuration, logger: output.logger("sandbox")) { address in
            // Nobody may be listening; the server serves all the same.
            try? terminal.printLine(
                .object([
                    "base_url": .text(address), "username": .text(configuration.username),
                    "password": .text(configuration.password), "bounds": .text(configuration.bounds.rawValue),
                    "time_zone": .text(timeZone),
                ]))
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: server)], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: output.logger("sandbox")))
        try await group.run()
    }

    private func sandboxConfiguration() throws -> SandboxConfiguration {
        do {
            let clock = try StorageClock(zoneNamed: timeZone)
            return SandboxConfiguration(
                port: port, tokenLifetime: try Seconds.option("--token-lifetime", tokenLifetime).count,
                tasks: try tasks.map { try TaskSpecification.parse($0) },
                groups: try groups.map { try GroupSpecification.parse($0) }, bounds: bounds,
                shufflesTies: shuffleTies, timeZone: clock.timeZone ?? .gmt, liveRowsPerSecond: live)
        } catch let error as StorageTimeError {
            throw Problem.usage("--time-zone: \(error.message)", hint: error.hint)
        }
    }
}
