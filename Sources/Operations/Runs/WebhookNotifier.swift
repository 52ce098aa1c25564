import Jobs
import OctoparseAPI
import Scheduler

/// Tells addresses and services of runs, over HTTP and by the program `apprise`.
struct WebhookNotifier: Notifier {
    let poster: WebhookPoster
    let apprise: Apprise

    func post(url: NotifyURL, body: [UInt8]) async throws {
        try await poster.post(body, to: url.text)
    }

    func tell(_ service: NotifyService, _ announcement: Announcement) async throws {
        if case .apprise(let urls) = service { return try await apprise.tell(urls, announcement) }
        guard let request = ServiceRequest.request(service, announcement) else { return }
        try await poster.send(request)
    }
}
