import AsyncHTTPClient
package import Logging
package import Records
import Secrets
import Synchronization

/// One account's view of the Octoparse Data Export API.
///
/// Safe to use from any number of tasks: all share one token, one request rate and one limit of requests in flight. It
/// must be shut down; ``with(configuration:logger:_:)`` sees to that.
package final class OctoparseClient: Sendable {
    let executor: RequestExecutor
    let keeper: TokenKeeper
    let sizes = AnswerSizes()
    private let isShutDown = Mutex(false)

    /// Checks the settings; opens no connection.
    ///
    /// - Parameter logger: gets a line for each answer at `debug`, and one about retries at `info` every ten seconds at
    ///   most. No line holds a token or a password.
    /// - Throws: ``APIError`` with ``APIError/Code/badConfiguration`` or ``APIError/Code/insecure``.
    package convenience init(configuration: APIConfiguration, logger: Logger) throws(APIError) {
        try self.init(configuration: configuration, logger: logger, effects: Effects())
    }

    /// - Parameter effects: time and chance.
    package convenience init(
        configuration: APIConfiguration, logger: Logger, effects: Effects
    ) throws(APIError) {
        try configuration.check()
        let address = try APIAddress(configuration.baseURL, allowHTTP: configuration.allowHTTP)
        let library = try HTTPClient.Configuration(configuration, address: address, logger: logger)
        let counter = RequestCounter()
        let transport = HTTPTransport(
            library: library, configuration: configuration, address: address, effects: effects, counter: counter)
        self.init(configuration, address, transport, effects, counter, logger)
    }

    init(
        _ configuration: APIConfiguration, _ address: APIAddress, _ transport: any Transport, _ effects: Effects,
        _ counter: RequestCounter, _ logger: Logger
    ) {
        let bucket = TokenBucket(rate: configuration.requestsPerSecond, burst: configuration.burst)
        let shared =
            configuration.requestsPerSecond > 0
            ? configuration.addressRates?.limiter(of: address.display, effects) : nil
        executor = RequestExecutor(
            address: address, transport: transport, policy: RetryPolicy(configuration), effects: effects,
            rate: RateLimiter(bucket: bucket, effects: effects, shared: shared),
            places: InFlightLimit(configuration.maximumInFlight), counter: counter,
            notices: RetryNotices(effects: effects), secrets: configuration.secrets,
            dialect: configuration.dialect, logger: logger)
        keeper = TokenKeeper(configuration, executor: executor)
        configuration.secrets.add(environment: configuration.environment)
    }

    /// What has been asked of the server so far.
    package var requests: RequestCounts { executor.counter.snapshot }

    /// The host as messages and manifests name it; with its port where the base URL has one.
    package var host: String { executor.address.display }

    package var dialect: APIDialect { executor.dialect }

    /// Closes all connections; calls under way fail. A second call does nothing.
    package func shutdown() async throws {
        let isFirst = isShutDown.withLock { isShutDown in
            defer { isShutDown = true }
            return !isShutDown
        }
        guard isFirst else { return }
        await keeper.stop()
        try await executor.transport.shutdown()
    }

    /// Runs `body` with a client, and shuts the client down whatever comes of it.
    package static func with<Result>(
        configuration: APIConfiguration, logger: Logger, _ body: (OctoparseClient) async throws -> Result
    ) async throws -> Result {
        let client = try OctoparseClient(configuration: configuration, logger: logger)
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }
}

extension OctoparseClient: PageSource {
    /// - Throws: ``APIError/Code/pageSize`` for a size outside 1 to 1000, without a request; otherwise as
    ///   ``PageSource`` says.
    package func page(_ query: PageQuery, index: Int, size: Int) async throws -> Page {
        let call = Endpoint.page(query, index: index, size: size).call
        try check(size: size, call)
        if executor.dialect == .openAPI { return try await pageOfToday(query, index: index, size: size) }
        guard index >= 1 else {
            throw context(call).error(.badConfiguration, "has no page \(index), for pages are counted from 1")
        }
        return try await executor.deliver(call, with: keeper) { answer, context, attempts throws(APIError) in
            try answer.page(size: size, context, attempts: attempts)
        }
    }

    /// - Throws: ``APIError/Code/pageSize`` for a size outside 1 to 1000, without a request; otherwise as
    ///   ``PageSource`` says. A ``APIError/Code/malformed`` error carries the whole answer in
    ///   ``APIError/unreadAnswer``.
    package func unexported(task: String, size: Int) async throws -> Page {
        let call = Endpoint.unexported(task: task, size: size).call
        try check(size: size, call)
        if executor.dialect == .openAPI { throw lacks(call, "answers unexported rows without marking them") }
        return try await executor.deliver(call, with: keeper) { answer, context, attempts throws(APIError) in
            try answer.unexportedPage(context, attempts: attempts)
        }
    }

    func check(size: Int, _ call: HTTPCall) throws(APIError) {
        guard (1...1000).contains(size) else {
            throw context(call).error(
                .pageSize, "takes no page size of \(size)", hint: "use a page size of 1 to 1000")
        }
    }

    func context(_ call: HTTPCall) -> CallContext {
        CallContext(host: host, subject: call.subject, secrets: executor.secrets, dialect: executor.dialect)
    }
}

extension OctoparseClient {
    /// The account's task groups, in the server's order.
    ///
    /// - Throws: ``APIError``, or `CancellationError`.
    package func taskGroups() async throws -> [TaskGroup] {
        let call = executor.dialect == .openAPI ? CursorEndpoint.taskGroups.call(.openAPI) : Endpoint.taskGroups.call
        return try await executor.deliver(call, with: keeper) { answer, context, _ throws(APIError) in
            try answer.taskGroups(context)
        }
    }

    /// The tasks of one group, in the server's order.
    ///
    /// - Throws: ``APIError``, or `CancellationError`.
    package func tasks(inGroup id: String) async throws -> [RemoteTask] {
        let call =
            executor.dialect == .openAPI
            ? CursorEndpoint.tasks(group: id).call(.openAPI) : Endpoint.tasks(group: id).call
        return try await executor.deliver(call, with: keeper) {
            answer, context, _ throws(APIError) in
            try answer.tasks(context)
        }
    }
}
