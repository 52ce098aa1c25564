package import Logging

/// Runs a sandbox on a free port while `body` runs, and stops it after.
///
/// - Parameter body: given `http://127.0.0.1:PORT`, which accepts connections, and the store behind it.
/// - Throws: ``SandboxError`` where the sandbox cannot be set up or cannot listen, and whatever `body` throws.
package func withSandbox<Value>(
    _ configuration: SandboxConfiguration = SandboxConfiguration(),
    logger: Logger = Logger(label: "sandbox", factory: { _ in SwiftLogNoOpLogHandler() }),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (_ baseURL: String, _ store: SandboxStore) async throws -> Value
) async throws -> Value {
    let store = try SandboxStore(configuration: configuration)
    let (addresses, continuation) = AsyncThrowingStream<String, any Error>.makeStream()
    let server = SandboxServer(store: store, logger: logger) { continuation.yield($0) }
    let running = Task(executorPreference: OwnThreads.servers) {
        do {
            try await server.run()
            continuation.finish()
        } catch {
            continuation.finish(throwing: error)
        }
    }
    do {
        var iterator = addresses.makeAsyncIterator()
        guard let baseURL = try await iterator.next(isolation: isolation) else {
            throw SandboxError(.notListening, "the sandbox stopped before it accepted connections")
        }
        let value = try await body(baseURL, store)
        running.cancel()
        await running.value
        return value
    } catch {
        running.cancel()
        await running.value
        throw error
    }
}
