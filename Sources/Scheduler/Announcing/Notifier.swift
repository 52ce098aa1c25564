package import Jobs

/// Posts to addresses: the seam between announcements and HTTP.
package protocol Notifier: Sendable {
    /// Posts `body`, a JSON document, and returns once the answer is a good one (2xx). Stops soon when its task is
    /// cancelled.
    ///
    /// - Throws: where there is no answer, or another one. The error's description goes to the log: it must not hold
    ///   the address, which is a secret.
    func post(url: NotifyURL, body: [UInt8]) async throws

    /// Tells a service, in the way that it wants to be told. As ``post(url:body:)`` otherwise.
    func tell(_ service: NotifyService, _ announcement: Announcement) async throws
}
