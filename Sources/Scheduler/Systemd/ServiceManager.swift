/// Tells systemd, or another manager that speaks `sd_notify`, how the service fares: datagrams to the socket named in
/// `NOTIFY_SOCKET`. Without that variable nothing happens. See sd_notify(3).
package struct ServiceManager: Sendable {
    private let socket: NotifySocket?
    /// How often ``alive()`` is wanted, half of `WATCHDOG_USEC`; nil where nobody watches.
    package let watchdogInterval: Duration?

    /// - Parameters:
    ///   - environment: the process's own.
    ///   - processID: of the process that speaks; a watchdog set for another one (`WATCHDOG_PID`) is not ours.
    package init(environment: [String: String], processID: Int32 = NotifySocket.ownProcessID) {
        socket = environment["NOTIFY_SOCKET"].flatMap(NotifySocket.init)
        watchdogInterval = socket == nil ? nil : Self.watchdog(environment, processID)
    }

    /// One that tells nobody.
    package static let none = ServiceManager(environment: [:])

    /// Started, or done with a reload.
    package func ready(_ status: String? = nil) { send(["READY=1"] + line(status)) }

    /// The files are about to be read again; ``ready(_:)`` says that they have been.
    package func reloading() { send(["RELOADING=1", "MONOTONIC_USEC=\(NotifySocket.monotonicMicroseconds)"]) }

    /// On the way out.
    package func stopping(_ status: String? = nil) { send(["STOPPING=1"] + line(status)) }

    /// A line for `systemctl status`.
    package func status(_ text: String) { send(line(text)) }

    /// Not stuck. Does nothing where nobody watches.
    package func alive() {
        if watchdogInterval != nil { send(["WATCHDOG=1"]) }
    }

    private func line(_ status: String?) -> [String] {
        status.map { ["STATUS=" + $0.split(whereSeparator: \.isNewline).joined(separator: " ")] } ?? []
    }

    private func send(_ lines: [String]) {
        socket?.send(lines.joined(separator: "\n"))
    }

    private static func watchdog(_ environment: [String: String], _ processID: Int32) -> Duration? {
        guard let limit = environment["WATCHDOG_USEC"].flatMap(Int64.init), limit > 1 else { return nil }
        if let owner = environment["WATCHDOG_PID"], owner != String(processID) { return nil }
        return .microseconds(limit / 2)
    }
}
