/// A service that is told of runs in the way it wants to be.
package enum NotifyService: Sendable, Hashable {
    /// A check's address of healthchecks.io or a server of one's own: pinged at each start and end.
    case healthchecks(NotifyURL)
    /// A topic's address of ntfy: failures and recoveries.
    case ntfy(NotifyURL)
    /// An incoming webhook of Slack, Mattermost or Rocket.Chat: failures and recoveries.
    case slack(NotifyURL)
    /// A push monitor's address of Uptime Kuma: up or down at each end.
    case uptimeKuma(NotifyURL)
    /// Addresses of the program `apprise`, which knows all else: failures and recoveries. Never empty.
    case apprise([AppriseURL])

    /// As job files spell it.
    package var kind: String {
        switch self {
        case .healthchecks: ServiceKey.healthchecks.rawValue
        case .ntfy: ServiceKey.ntfy.rawValue
        case .slack: ServiceKey.slack.rawValue
        case .uptimeKuma: ServiceKey.uptimeKuma.rawValue
        case .apprise: ServiceKey.apprise.rawValue
        }
    }

    /// Where it is, without any secret.
    package var place: String {
        switch self {
        case .healthchecks(let url), .ntfy(let url), .slack(let url), .uptimeKuma(let url): url.description
        case .apprise(let urls): urls.map(\.description).joined(separator: " ")
        }
    }
}

/// An address as the program `apprise` takes it, such as `mailto://user:password@host`. All but its scheme may be
/// secret.
package struct AppriseURL: Sendable, Hashable, CustomStringConvertible {
    /// The whole address, for the program alone.
    package let text: String

    package var description: String { "\(text.prefix { $0 != ":" })://***" }
}
