/// What to do while another has a task.
package struct LockWait: Sendable {
    let poll: (@Sendable () async throws -> Void)?
    let onHeld: @Sendable (_ processID: Int32?) -> Void

    /// Fails at once.
    package static let no = LockWait(poll: nil, onHeld: { _ in })

    /// Tries again and again until the task is free; cancelling ends it.
    ///
    /// - Parameters:
    ///   - interval: the time between two tries.
    ///   - onHeld: called once, when the task is first found taken, with the holder's process id where it is known.
    package static func polling(
        every interval: Duration = .milliseconds(250), clock: any Clock<Duration> = ContinuousClock(),
        onHeld: @escaping @Sendable (_ processID: Int32?) -> Void = { _ in }
    ) -> LockWait {
        LockWait(poll: { try await clock.sleep(for: interval) }, onHeld: onHeld)
    }
}
