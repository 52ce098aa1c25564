extension FaultPlan {
    /// A fault, and the requests it is for: those to its endpoints on which it would show, counted from 1.
    package struct Rule: Sendable, Hashable {
        package var fault: Fault
        /// The endpoints it is for; without a choice, ``Fault/Kind/usualEndpoints``.
        package var endpoints: Set<SandboxEndpoint>
        /// The first page it is for: requests for earlier pages do not count.
        package var fromPage: Int
        /// How many requests pass before the rule begins.
        package var skip: Int
        /// How many requests it is for after those; nil for all of them.
        package var span: Int?
        /// Which of them it is for: 1 is each, 4 is the fourth, the eighth and so on.
        package var every: Int
        /// How often it is played at most; nil for ever.
        package var count: Int?
        /// The chance of each request that is left, 0 to 1.
        package var rate: Double

        package init(
            _ fault: Fault, endpoints: Set<SandboxEndpoint>? = nil, fromPage: Int = 1, skip: Int = 0,
            span: Int? = nil, every: Int = 1, count: Int? = nil, rate: Double = 1
        ) {
            self.fault = fault
            self.endpoints = endpoints ?? fault.kind.usualEndpoints
            self.fromPage = fromPage
            self.skip = skip
            self.span = span
            self.every = max(every, 1)
            self.count = count
            self.rate = rate
        }

        /// For the requests of a range: `5...9` lets four pass and is for the five that follow.
        package init(
            _ fault: Fault, requests: ClosedRange<Int>, endpoints: Set<SandboxEndpoint>? = nil, rate: Double = 1
        ) {
            self.init(
                fault, endpoints: endpoints, skip: max(requests.lowerBound, 1) - 1, span: requests.count, rate: rate)
        }

        /// Whether a request is one that the rule counts.
        func isFor(_ request: SandboxRequest) -> Bool {
            endpoints.contains(request.endpoint) && fault.kind.possibleEndpoints.contains(request.endpoint)
                && (fromPage <= 1 || request.pageIndex ?? 1 >= fromPage) && fault.kind.shows(on: request)
        }

        /// Whether the last request seen is one that the rule may be played on.
        func isDue(_ progress: Progress) -> Bool {
            let place = progress.seen - skip
            return place > 0 && place <= span ?? .max && place % every == 0 && progress.played < count ?? .max
        }
    }
}
