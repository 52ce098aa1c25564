import ArgumentParser
import Logging
import Operations

/// What every command understands about how it speaks.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON document on standard output, or one line an item.")
    var json = false

    @Flag(help: "Print results and errors only.")
    var quiet = false

    @Option(help: ArgumentHelp("The least level logged: trace, debug, info, warning or error.", valueName: "level"))
    var logLevel: Logger.Level = .info

    @Option(help: ArgumentHelp("How log lines look: text or json.", valueName: "format"))
    var logFormat: LogFormat = .text

    var terminal: Terminal { .standard }

    func logger(_ label: String = "octovault") -> Logger {
        let lines = LogLines(
            logLevel: quiet ? max(logLevel, .error) : logLevel, label: label, format: logFormat, terminal: terminal)
        return Logger(label: label) { _ in lines }
    }

    /// Says something for people, unless they asked for quiet.
    func say(_ message: String) {
        if !quiet { terminal.say(message) }
    }
}
