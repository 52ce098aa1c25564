import Foundation
import Jobs
import OctoparseAPI
import Scheduler
import Spelling

/// What is sent to a service over HTTP, as each wants it:
///
/// - **healthchecks**: POST to the check's address, with `/start` or `/fail` behind it; a test goes to `/log`, which
///   changes no state. The body is kept as the ping's text.
/// - **ntfy**: POST of the text to the topic's address; title, priority and tags are headers.
/// - **slack** (Mattermost, Rocket.Chat): POST of `{"text": …}`.
/// - **uptime_kuma**: GET of the monitor's address with `status`, `msg` and `ping` (milliseconds).
enum ServiceRequest {
    /// nil for a service that another program tells.
    static func request(_ service: NotifyService, _ announcement: Announcement) -> WebhookRequest? {
        let announcement = announcement.printable
        return switch service {
        case .healthchecks(let url): healthchecks(url, announcement)
        case .ntfy(let url): ntfy(url, announcement)
        case .slack(let url): slack(url, announcement)
        case .uptimeKuma(let url): uptimeKuma(url, announcement)
        case .apprise: nil
        }
    }

    private static func healthchecks(_ url: NotifyURL, _ announcement: Announcement) -> WebhookRequest {
        let ending =
            switch announcement.event {
            case .start: "/start"
            case .failure: "/fail"
            case .success, .recovery: ""
            case .missed, .test: "/log"
            }
        var address = url.text
        if var parts = URLComponents(string: url.text) {
            var path = parts.percentEncodedPath
            while path.hasSuffix("/") { path.removeLast() }
            parts.percentEncodedPath = path + ending
            address = parts.string ?? url.text
        }
        let text = announcement.text.isEmpty ? announcement.title : "\(announcement.title)\n\(announcement.text)"
        return WebhookRequest(
            url: address, headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8))
    }

    private static func ntfy(_ url: NotifyURL, _ announcement: Announcement) -> WebhookRequest {
        let (priority, tag) =
            switch announcement.event {
            case .failure: ("high", "rotating_light")
            case .missed: ("default", "warning")
            case .start, .success, .recovery, .test: ("default", "white_check_mark")
            }
        return WebhookRequest(
            url: url.text,
            headers: [
                ("Content-Type", "text/plain; charset=utf-8"), ("Title", headerText(announcement.title)),
                ("Priority", priority), ("Tags", tag),
            ],
            body: Array((announcement.text.isEmpty ? announcement.title : announcement.text).utf8))
    }

    private static func slack(_ url: NotifyURL, _ announcement: Announcement) -> WebhookRequest {
        // Within a block of code nothing is taken for a mention, a link or a form; the three characters that Slack
        // takes apart are written as it wants them.
        func plain(_ text: String) -> String {
            text.replacing(scalars: ["`": "'", "&": "&amp;", "<": "&lt;", ">": "&gt;"])
        }
        var text = "*\(plain(announcement.title).replacing(scalars: ["*": "·"]))*"
        if !announcement.text.isEmpty { text += "\n```\n\(plain(announcement.text))\n```" }
        return WebhookRequest(
            url: url.text, headers: [("Content-Type", "application/json")],
            body: OrderedJSON.object(["text": .text(text)]).line)
    }

    private static func uptimeKuma(_ url: NotifyURL, _ announcement: Announcement) -> WebhookRequest {
        var address = url.text
        if var parts = URLComponents(string: url.text) {
            // The address as Uptime Kuma shows it has such items of its own.
            let own: Set<String> = ["status", "msg", "ping"]
            let kept = (parts.queryItems ?? []).filter { !own.contains($0.name) }
            let message = announcement.text.isEmpty || announcement.event == .success ? "OK" : announcement.text
            parts.queryItems =
                kept + [
                    URLQueryItem(name: "status", value: announcement.event == .failure ? "down" : "up"),
                    URLQueryItem(name: "msg", value: String(message.prefix(200)).printable),
                    URLQueryItem(name: "ping", value: announcement.milliseconds.map { String($0) } ?? ""),
                ]
            // A plus sign would be read as a space.
            parts.percentEncodedQuery = parts.percentEncodedQuery?.replacing("+", with: "%2B")
            address = parts.string ?? url.text
        }
        return WebhookRequest(url: address, method: "GET", headers: [], body: [])
    }

    /// A header's text: ASCII as it is, all else encoded as RFC 2047 has it.
    private static func headerText(_ text: String) -> String {
        let line = text.printable
        guard !line.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return line }
        return "=?UTF-8?B?\(Data(line.utf8).base64EncodedString())?="
    }
}

extension Announcement {
    /// The same with what people read safe to show: errors may hold what a server sent.
    var printable: Announcement {
        var shown = self
        (shown.title, shown.text) = (title.printable, text.printableLines)
        return shown
    }
}
