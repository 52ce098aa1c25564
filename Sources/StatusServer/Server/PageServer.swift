import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
import Operations
import ServiceLifecycle
import Synchronization

/// Serves the site over HTTP until it is told to stop.
package struct PageServer: Service {
    private let configuration: ServerConfiguration
    private let site: StatusSite
    private let logger: Logger
    private let onAccepting: @Sendable (_ address: String) async -> Void

    /// - Parameter onAccepting: called once, with the address of the front page, when connections are accepted.
    package init(
        _ configuration: ServerConfiguration, site: StatusSite, logger: Logger,
        onAccepting: @escaping @Sendable (_ address: String) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.site = site
        self.logger = logger
        self.onAccepting = onAccepting
    }

    /// Serves until a graceful shutdown, which lets answers under way be sent, or until its task is cancelled.
    ///
    /// - Throws: ``Problem`` with status `cannotWrite` where the port is taken or not allowed.
    package func run() async throws {
        let isAccepting = Accepting()
        let (address, onAccepting) = (configuration.address, onAccepting)
        var quiet = logger
        // The library tells of every connection, and of where it listens; so do we.
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            responder: StatusResponder(configuration, site: site),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: "octovault"),
            onServerRunning: { channel in
                isAccepting.begins()
                await onAccepting(address.url(port: channel.localAddress?.port ?? address.port))
            },
            logger: quiet)
        async let prepared: Void = site.prepare()
        do {
            try await application.run()
            await prepared
        } catch  where !isAccepting.hasBegun && !(error is CancellationError) {
            throw Problem(
                .cannotWrite, code: "not-listening", "cannot listen at \(address.host):\(address.port): \(error)",
                hint: "choose another port with --listen, or 0 for a free one")
        }
    }
}

/// Whether connections are accepted.
private final class Accepting: Sendable {
    private let flag = Mutex(false)

    var hasBegun: Bool { flag.withLock { $0 } }

    func begins() { flag.withLock { $0 = true } }
}

/// What a request needs to know of its connection: nothing.
struct PageContext: InitializableFromSource {
    init(source: ApplicationRequestContextSource) {}
}

/// Lets in who may look, and sends what the site answers.
struct StatusResponder: HTTPResponder {
    typealias Context = PageContext

    private let site: StatusSite
    private let hosts: HostNames
    private let authorization: BasicAuthorization?

    init(_ configuration: ServerConfiguration, site: StatusSite) {
        self.site = site
        hosts = HostNames(configuration.address, names: configuration.hosts)
        authorization = configuration.password.map { BasicAuthorization(password: $0) }
    }

    /// The longest address that is looked at.
    private static let longestTarget = 8192

    func respond(to request: Request, context: PageContext) async throws -> Response {
        let answer = await answer(to: request.head)
        var headers = answer.headers
        guard request.method == .head else {
            return Response(
                status: answer.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        }
        headers[.contentLength] = String(answer.body.count)
        return Response(status: answer.status, headers: headers, body: ResponseBody())
    }

    func answer(to head: HTTPRequest) async -> StatusAnswer {
        guard hosts.allow(head.authority) else {
            return StatusAnswer(
                .text, "The Host header names another machine; --listen-host allows a name.\n",
                status: .misdirectedRequest)
        }
        guard head.method == .get || head.method == .head else {
            var answer = StatusAnswer(.text, "Only GET and HEAD are answered.\n", status: .methodNotAllowed)
            answer.extra = [(.allow, "GET, HEAD")]
            return answer
        }
        let target = head.path ?? "/"
        guard target.utf8.count <= Self.longestTarget, target.hasPrefix("/") else {
            return StatusAnswer(.text, "The address is too long.\n", status: .uriTooLong)
        }
        if authorization?.allows(head.headerFields[.authorization]) ?? true { return await site.answer(target) }
        guard ["/health/live", "/health/ready"].contains(target) else { return refusal }
        // Who watches over the process needs no password, and hears no more than a word.
        let health = await site.answer(target)
        return StatusAnswer(.text, health.status == .ok ? "ok\n" : "not ready\n", status: health.status)
    }

    private var refusal: StatusAnswer {
        var answer = StatusAnswer(.text, "A user and a password are needed.\n", status: .unauthorized)
        answer.extra = [(.wwwAuthenticate, "Basic realm=\"octovault\", charset=\"UTF-8\"")]
        return answer
    }
}
