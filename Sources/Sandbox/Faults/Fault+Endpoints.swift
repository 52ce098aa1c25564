import Records

extension Fault.Kind {
    /// The endpoints on which the kind shows at all.
    var possibleEndpoints: Set<SandboxEndpoint> {
        switch self {
        case .grantRefused, .refreshRefused: [.token]
        case .unauthorized, .tokenRevoked: SandboxEndpoint.protected
        case .intervalIgnored, .edgesLeftOut: [.storageTime]
        case .pageRepeated, .pageIndexIgnored: SandboxEndpoint.paged
        case .shortPage: SandboxEndpoint.paged.union(SandboxEndpoint.cursors)
        case .cursorRefused, .cursorStandsStill, .cursorGoesBack, .cursorStartsOver, .cursorInclusive, .restTotalWrong:
            SandboxEndpoint.cursors
        case .pageSizeCapped, .totalTooLarge, .totalGrowing, .totalShrinking:
            SandboxEndpoint.sources.union(SandboxEndpoint.cursors)
        case .rowsReordered, .wrongCurrentTotal, .totalOfTask, .totalsAsText, .keysReordered:
            SandboxEndpoint.sources
        default: SandboxEndpoint.protected.union([.token])
        }
    }

    /// The endpoints it is for where none are named: those that need a token, unless it shows on others only.
    package var usualEndpoints: Set<SandboxEndpoint> {
        switch self {
        // A server has one clock.
        case .dateSkewed: possibleEndpoints
        case .grantRefused, .refreshRefused: [.token]
        default: possibleEndpoints.intersection(SandboxEndpoint.protected)
        }
    }

    /// Whether the kind would show on such a request, so that it is not counted as played where nothing differs.
    func shows(on request: SandboxRequest) -> Bool {
        switch self {
        case .refreshRefused: request.grant == "refresh_token"
        case .pageRepeated, .pageIndexIgnored: request.pageIndex ?? 1 > 1
        default: true
        }
    }

    /// Whether other faults are played on the same request.
    var leavesRoom: Bool { self == .latency || self == .dateSkewed }
}
