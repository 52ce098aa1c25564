extension SandboxStore {
    /// A request let in.
    struct Admission {
        /// Nil where nothing goes wrong.
        var faults: PlayedFaults?
        /// Where it matters how many are under way, and this one was not refused for it.
        var slot: RequestSlot?
    }

    /// Counts a request to the API, makes the changes that are due with it, chooses its faults, and runs the hook.
    func admit(_ incoming: IncomingRequest) async -> Admission {
        let (request, admission, hook, changes) = withState { state in
            var request = incoming.record(number: state.log.lastNumber + 1)
            var admission = Admission()
            if !state.faults.rules.isEmpty {
                let faults = state.faults.next(for: request, underWay: state.underWay, now: configuration.now())
                if !faults.kinds.isEmpty { admission.faults = faults }
                for kind in faults.kinds { state.statistics.faults[kind, default: 0] += 1 }
                request.fault = faults.deciding?.kind ?? faults.kinds.first
                if state.faults.limitsConcurrency, faults.deciding?.kind != .concurrencyLimit {
                    state.underWay += 1
                    admission.slot = RequestSlot(store: self)
                }
            }
            state.log.add(request)
            state.statistics.requests[request.endpoint, default: 0] += 1
            return (request, admission, state.hook, state.changes.due())
        }
        for change in changes { change(self) }
        await hook?(request)
        return admission
    }

    /// Counts a request as no longer under way.
    func leave() {
        withState { $0.underWay -= 1 }
    }

    /// Has the account be what the fault makes of it, before the request is judged by it.
    func changeAccount(_ fault: Fault?) {
        switch fault?.kind {
        case .tokenRevoked: revokeAccessTokens()
        case .passwordChanged:
            changePassword(to: fault?.text ?? Fault.defaultPassword)
            revokeAccessTokens()
            revokeRefreshTokens()
        default: break
        }
    }

    /// Adds a body to what was sent.
    @Sendable func countBytes(_ count: Int) {
        withState { $0.statistics.bytes += count }
    }
}
