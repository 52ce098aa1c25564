import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle

/// A local server that speaks the whole API over HTTP, at 127.0.0.1 only.
package struct SandboxServer: Service {
    /// What it serves; may be looked at and changed while it does.
    package let store: SandboxStore
    private let logger: Logger
    private let onAccepting: @Sendable (_ baseURL: String) async -> Void

    /// - Parameter onAccepting: called once, with `http://127.0.0.1:PORT`, when connections are accepted.
    package init(
        store: SandboxStore, logger: Logger,
        onAccepting: @escaping @Sendable (_ baseURL: String) async -> Void = { _ in }
    ) {
        self.store = store
        self.logger = logger
        self.onAccepting = onAccepting
    }

    /// Makes the store as well.
    ///
    /// - Throws: ``SandboxError``, for a bad setting, task, group or file.
    package init(
        configuration: SandboxConfiguration, logger: Logger,
        onAccepting: @escaping @Sendable (_ baseURL: String) async -> Void = { _ in }
    ) throws(SandboxError) {
        self.init(
            store: try SandboxStore(configuration: configuration), logger: logger,
            onAccepting: onAccepting)
    }

    /// Serves until a graceful shutdown, which lets requests under way finish, or until its task is cancelled.
    ///
    /// - Throws: ``SandboxError/Code/notListening`` where the port is taken or not allowed.
    package func run() async throws {
        let isAccepting = Flag()
        let application = Application(
            responder: SandboxResponder(store: store),
            server: .http1(
                configuration: .init(additionalChannelHandlers: [DateHandler.Installer()])),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: store.configuration.port),
                serverName: "octovault-sandbox"),
            onServerRunning: { channel in
                isAccepting.raise()
                await onAccepting("http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
            },
            logger: logger)
        do {
            try await application.run()
        } catch  where !isAccepting.isRaised && !(error is CancellationError) {
            throw SandboxError(
                .notListening, "the sandbox cannot listen on port \(store.configuration.port): \(error)",
                hint: "choose another port, or 0 for a free one")
        }
    }
}
