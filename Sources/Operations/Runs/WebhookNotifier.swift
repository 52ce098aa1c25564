import Jobs
import OctoparseAPI
import Scheduler

/// Tells addresses of runs over HTTP.
struct WebhookNotifier: Notifier {
    let poster: WebhookPoster

    func post(url: NotifyURL, body: [UInt8]) async throws {
        try await poster.post(body, to: url.text)
    }
}
