import ArgumentParser
import Foundation
import Operations
import ServiceLifecycle
import StatusServer
import UnixSignals
import Vault

struct PageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "page",
        abstract: "Show how everything stands as a web page: served, or written as files.",
        discussion: """
            The same page as `run --listen` serves, for a vault that no job runs on here: what is covered, what is missing and \
            the command that takes it, every task's last ninety days, runs, metrics (/metrics) and health (/health/live, \
            /health/ready). It reads the catalog alone, takes no lock, and needs no scripts in the browser.

            --listen serves until SIGTERM or SIGINT, and prints the address; only this machine can look unless \
            --listen-password-file or --listen-open is given. -o writes the pages as files into a folder, each whole or not \
            at all, for any web server.

            EXIT STATUS: 0 written, or stopped in order · 64 usage · 73 cannot write or listen · 78 wrong job or password file \
            or a vault of a newer format
            """)

    @OptionGroup var listening: ListenOptions

    @Option(
        name: [.customShort("o"), .customLong("out")],
        help: ArgumentHelp("Write the pages there.", valueName: "folder"),
        completion: .directory
    )
    var out: String?

    @Option(
        help: ArgumentHelp("The job files, a folder or one file; else 'jobs', if it is there.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"]))
    var jobs: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let configuration = try listening.configuration()
        guard (configuration == nil) != (out == nil) else {
            throw Problem.usage("page: where to?", hint: "give either --listen HOST:PORT or -o FOLDER")
        }
        let vault = try vault.open(output)
        defer { vault.close() }
        let reader = try OverviewReader(vault, jobs: jobs, output: output)
        if let out {
            let count = try PageFiles(reader: reader, version: OctovaultCommand.version).write(to: out, now: Date())
            output.say("\(count.counted("file")) written to \(out)".printable)
        } else if let configuration {
            try await serve(configuration, reader)
        }
    }

    private func serve(_ configuration: ServerConfiguration, _ reader: OverviewReader) async throws {
        try ProcessLimits.network.require()
        let site = try StatusSite(cache: OverviewCache(reader), board: nil, version: OctovaultCommand.version)
        let output = output
        let server = PageServer(configuration, site: site, logger: output.logger("page")) { address in
            // Nobody may be listening; the server serves all the same.
            if output.json {
                try? output.terminal.printLine(.object(["url": .text(address)]))
            } else {
                try? output.terminal.printLine(address)
            }
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: server)], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: output.logger("page")))
        try await group.run()
    }
}
