/// The statuses that commands end with, from `sysexits.h`.
///
/// A command that did several things ends with the worst of them.
package enum ExitStatus: Int32, Sendable, CaseIterable {
    /// Done and proven.
    case done = 0
    /// The command line is wrong.
    case usage = 64
    /// Data is damaged, or what was asked for has gaps.
    case dataDamaged = 65
    /// The API cannot be reached or refuses, after retries.
    case unavailable = 69
    /// A defect of this program.
    case defect = 70
    /// A file cannot be written.
    case cannotWrite = 73
    /// Another process holds a task, or some windows were not taken: the same command may succeed later.
    case tryAgain = 75
    /// The server refuses the credentials.
    case noPermission = 77
    /// A job file, an account or the vault's format is wrong.
    case badConfiguration = 78
    /// The terminal went away, and the process with it (SIGHUP).
    case hungUp = 129
    /// Interrupted from the keyboard.
    case interrupted = 130
    /// Stopped by SIGTERM.
    case terminated = 143

    /// From worst to best.
    private static let order: [ExitStatus] = [
        .interrupted, .hungUp, .terminated, .usage, .defect, .cannotWrite, .noPermission, .badConfiguration,
        .dataDamaged,
        .unavailable, .tryAgain, .done,
    ]

    /// The worse of the two.
    package func combined(with other: ExitStatus) -> ExitStatus {
        Self.order.first { $0 == self || $0 == other } ?? .defect
    }
}

extension Sequence<ExitStatus> {
    /// The worst of them; `done` where there are none.
    package var verdict: ExitStatus { reduce(.done) { $0.combined(with: $1) } }
}
