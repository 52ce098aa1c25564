import ArgumentParser
import Foundation
import Logging
import Operations
import Records
import Sandbox
import ServiceLifecycle
import StorageTime
import UnixSignals

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serve the API on this machine, over sample rows or your own.",
        discussion: """
            Listens on 127.0.0.1 only, and answers requests for loopback names only, none of web pages from elsewhere; \
            --allow-host accepts another name, for a forwarded port. User sandbox, password sandbox. Prints {"base_url":"http://127.0.0.1:PORT",…} once \
            it accepts requests, and serves until it is interrupted. Without --task it serves four years of Seattle's \
            weather as task \(TaskSpecification.weather.id).

            Faults are played by --fault KIND[:key=value…], such as --fault reset-within:rate=0.05 or --fault \
            too-many-requests:retry-after=0:next=3; --list-faults prints the kinds and their own keys. Keys of all kinds: \
            rate=0.1 (a chance) · next=3 (the next three requests) · skip=4 (let four pass) · requests=5-9 · every=4 (each \
            fourth) · from-page=2 · endpoints=storage-time+token. Of several faults the first that is due is played; latency \
            and date-skewed are played besides. While it runs, POST, GET and DELETE /__sandbox/faults set them (the same \
            texts, or objects, in {"seed":1,"faults":[…]}), show them with how often each was played, and clear them. \
            GET /__sandbox/rows?task=ID is the true rows, whatever is played.

            EXIT STATUS: 0 stopped · 64 usage, or a file that cannot be served · 73 the port is taken
            """)

    @Option(help: "The port; 0 takes a free one.")
    var port = 0

    @Option(
        help: ArgumentHelp(
            "Which API to speak: data-export, with its later paths, or openapi, with the key op_sk_sandbox.",
            valueName: "api"))
    var api: SandboxAPI = .dataExport

    @Option(
        help: ArgumentHelp(
            "What a mark on unexported rows covers: last-answer, all-answers (since the last mark), or everything.",
            valueName: "meaning"))
    var mark: MarkMeaning = .allAnswers

    @Flag(help: "Store late rows before the rows of later times, and so before cursors behind them.")
    var storeByTime = false

    @Flag(help: "Leave out the later paths of the older API: rows by offset, unexported rows in two phases.")
    var noLaterPaths = false

    @Option(
        help: ArgumentHelp(
            "A name that requests may have in Host and Origin, beside loopback's. May be given several times.",
            valueName: "name"))
    var allowHost: [String] = []

    @Option(
        name: .customLong("task"),
        help: ArgumentHelp(
            "A task and the file its rows come from; TIMEKEY is the column that holds the storage time, and is not "
                + "served. Or ID=RECIPE[:SEED] for rows made to be hard to back up, on 2013-01-01 and 02: "
                + "\(RowRecipe.allCases.map(\.rawValue).joined(separator: ", ")). May be given several times.",
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

    @Option(help: ArgumentHelp("The zone of storage time.", valueName: "zone"), completion: Completion.zones)
    var timeZone = "UTC"

    @Option(help: ArgumentHelp("Keep storing rows at this rate, now, cycling the sample.", valueName: "rows/s"))
    var live = 0.0

    @Option(
        help: ArgumentHelp("The share of live rows, 0 to 1, that are first seen later than stored.", valueName: "share")
    )
    var late = 0.0

    @Option(help: ArgumentHelp("How late those are at most.", valueName: "duration"))
    var lateBy = "60s"

    @Option(help: ArgumentHelp("Let rows expire once they are older than this.", valueName: "duration"))
    var retention: String?

    @Option(
        name: .customLong("fault"),
        help: ArgumentHelp(
            "A fault to play. May be given several times.", valueName: "KIND[:rate=0.1][:next=3][:key=value…]"))
    var faults: [String] = []

    @Option(help: ArgumentHelp("Where the chances of faults, late rows and shuffled rows come from.", valueName: "N"))
    var faultSeed: UInt64 = 1

    @Flag(help: "Print the kinds of faults, one a line, and end.")
    var listFaults = false

    @Option(help: ArgumentHelp("How long an access token is good for.", valueName: "duration"))
    var tokenLifetime = "86399s"

    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard !listFaults else { return try printFaults() }
        let configuration = try sandboxConfiguration()
        let terminal = output.terminal
        let server = try SandboxServer(configuration: configuration, logger: output.logger("sandbox")) { address in
            // Nobody may be listening; the server serves all the same.
            let key: OrderedJSON = configuration.api == .openAPI ? .text(configuration.openAPI.key) : .null
            try? terminal.printLine(
                .object([
                    "base_url": .text(address), "api": .text(configuration.api.rawValue),
                    "username": .text(configuration.username),
                    "password": .text(configuration.password), "api_key": key,
                    "bounds": .text(configuration.bounds.rawValue),
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
            var today = OpenAPISettings()
            today.mark = mark
            today.storesByTime = storeByTime
            today.hasLaterPaths = !noLaterPaths
            return SandboxConfiguration(
                port: port, hosts: allowHost,
                tokenLifetime: try Seconds.option("--token-lifetime", tokenLifetime).count,
                tasks: try tasks.map { try TaskSpecification.parse($0) },
                groups: try groups.map { try GroupSpecification.parse($0) }, bounds: bounds,
                shufflesTies: shuffleTies, seed: faultSeed, timeZone: clock.timeZone ?? .gmt, liveRowsPerSecond: live,
                lateShare: late, latestBy: Double(try Seconds.option("--late-by", lateBy).count),
                retention: try retention.map { Double(try Seconds.option("--retention", $0).count) },
                faults: try FaultPlan(parsing: faults, seed: faultSeed), api: api, openAPI: today)
        } catch let error as StorageTimeError {
            throw Problem.usage("--time-zone: \(error.message)", hint: error.hint)
        }
    }

    private func printFaults() throws {
        let width = Fault.Kind.allCases.map(\.rawValue.count).max() ?? 0
        for kind in Fault.Kind.allCases {
            guard !output.json else {
                try output.terminal.printLine(kind.json)
                continue
            }
            let parameters = kind.parameters.map { "\($0.name)=\($0.fallback)" }.joined(separator: ", ")
            let name = kind.rawValue + String(repeating: " ", count: width - kind.rawValue.count)
            try output.terminal.printLine("\(name)  \(kind.summary)" + (parameters.isEmpty ? "" : " (\(parameters))"))
        }
    }
}

extension Fault.Kind {
    fileprivate var json: OrderedJSON {
        .object([
            "fault": .text(rawValue), "summary": .text(summary),
            "parameters": .array(
                parameters.map { .object(["name": .text($0.name), "default": .text($0.fallback)]) }),
            "endpoints": .array(usualEndpoints.map(\.rawValue).sorted().map { .text($0) }),
        ])
    }
}
