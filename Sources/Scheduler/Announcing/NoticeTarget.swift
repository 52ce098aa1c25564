package import Jobs

/// One of those who are told of a job.
package struct NoticeTarget: Sendable, Hashable {
    package enum Way: Sendable, Hashable {
        /// Gets the run's summary as JSON, at one event.
        case address(NotifyURL, Announcement.Event)
        case service(NotifyService)
    }

    /// What it is called, without any secret: `failure`, `ntfy`, `ntfy 2`. No two of a job are called alike.
    package let name: String
    package let way: Way

    /// Where it is, without any secret.
    package var place: String {
        switch way {
        case .address(let url, _): url.description
        case .service(let service): service.place
        }
    }

    /// Whether it is told of an event: of a test all are. A service that watches hears of every end, one that speaks to
    /// people of what they should know.
    package func hears(_ event: Announcement.Event) -> Bool {
        switch way {
        case .address(_, let its): event == its || event == .test
        case .service(.healthchecks): [.start, .success, .failure, .test].contains(event)
        case .service(.uptimeKuma): [.success, .failure, .test].contains(event)
        case .service: [.failure, .recovery, .missed, .test].contains(event)
        }
    }

    /// All who are told of a job: addresses, then services in the file's order.
    package static func all(of job: Job) -> [NoticeTarget] {
        let notify = job.notify
        let addresses: [(NotifyURL?, Announcement.Event)] = [
            (notify.start, .start), (notify.success, .success), (notify.failure, .failure),
            (notify.recovery, .recovery),
        ]
        var targets = addresses.compactMap { url, event in
            url.map { NoticeTarget(name: event.rawValue, way: .address($0, event)) }
        }
        var kinds: [String: Int] = [:]
        for service in notify.services {
            let number = kinds[service.kind, default: 0] + 1
            kinds[service.kind] = number
            targets.append(
                NoticeTarget(
                    name: number == 1 ? service.kind : "\(service.kind) \(number)", way: .service(service)))
        }
        return targets
    }
}
