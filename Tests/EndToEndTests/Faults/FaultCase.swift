import Foundation
import Sandbox
import StorageTime

/// A fault, as it is set for the matrix, and what may come of it.
struct FaultCase: Sendable, Hashable, CustomStringConvertible {
    /// When it is played.
    enum Rhythm: String, Sendable, CaseIterable {
        case seldom = "rate 0.05"
        case often = "rate 0.3"
        case nextThree = "next 3"
        case always
    }

    let fault: Fault

    init(_ fault: Fault) { self.fault = fault }

    /// Every kind there is, with the settings between which a client could tell a difference.
    static let all: [FaultCase] = chosenKinds.flatMap(variants).map(FaultCase.init)

    /// One, where `OCTOVAULT_MATRIX_FAULT` names it.
    private static var chosenKinds: [Fault.Kind] {
        let name = ProcessInfo.processInfo.environment["OCTOVAULT_MATRIX_FAULT"]
        let cursors: Set<Fault.Kind> = [
            .cursorRefused, .cursorStandsStill, .cursorGoesBack, .cursorStartsOver, .cursorInclusive, .restTotalWrong,
        ]
        return Fault.Kind.allCases.filter { name == nil ? !cursors.contains($0) : $0.rawValue == name }
    }

    private static func variants(of kind: Fault.Kind) -> [Fault] {
        switch kind {
        case .tooManyRequests:
            [nil, "0", "1", "date"].map { Fault(kind, text: $0) }
        case .rateLimit: [Fault(kind, amount: 150)]
        case .concurrencyLimit: [Fault(kind, amount: 1)]
        case .serverError: [500, 200].map { Fault(kind, status: $0) }
        case .proxyError: [502, 503, 504].map { Fault(kind, status: $0) }
        case .latency: [Fault(kind, seconds: 0.001, jitter: 0.01)]
        case .stallBefore, .stallWithin: [Fault(kind, seconds: 20)]
        case .slowDrip: [Fault(kind, seconds: 0.01)]
        // Behind by so much, nothing is closed.
        case .dateSkewed: [3600, -1e9].map { Fault(kind, seconds: $0) }
        case .intervalIgnored: ["both", "from", "to"].map { Fault(kind, text: $0) }
        case .pageSizeCapped: [Fault(kind, amount: 3)]
        case .spacesBomb, .gzipBomb: [Fault(kind, amount: 4 << 20)]
        default: [Fault(kind)]
        }
    }

    func plan(_ rhythm: Rhythm, seed: UInt64) -> FaultPlan {
        var rule = FaultPlan.Rule(fault)
        switch rhythm {
        case .seldom: rule.rate = 0.05
        case .often: rule.rate = 0.3
        case .nextThree: rule.count = 3
        case .always: break
        }
        // Tokens are asked for again only where they are refused.
        let needsLogIns = [.grantRefused, .refreshRefused].contains(fault.kind)
        return FaultPlan(needsLogIns ? [rule, .init(Fault(.tokenRevoked), every: 9)] : [rule], seed: seed)
    }

    var description: String {
        let settings = [
            fault.text, fault.status.map(String.init), fault.amount.map(String.init), fault.seconds.map { "\($0)" },
        ].compactMap(\.self)
        return ([fault.kind.rawValue] + settings).joined(separator: " ")
    }
}

extension FaultCase {
    /// Whether no run ever fails of it.
    func isHarmless(_ rhythm: Rhythm) -> Bool {
        switch fault.kind {
        case .latency, .slowDrip, .chunked, .noLength, .gzipUnasked, .wrongCurrentTotal, .totalsAsText, .keysReordered,
            .prettyPrinted, .byteOrderMark:
            true
        // Where the server's clock says so nothing is taken, which is no failure either.
        case .dateSkewed: true
        case .pageSizeCapped: rhythm == .always
        default: false
        }
    }

    /// Whether every run must fail of it where it is always played.
    var isFatal: Bool {
        switch fault.kind {
        case .rateLimit, .concurrencyLimit, .refreshRefused: false
        default: !isHarmless(.always)
        }
    }

    /// The codes that runs may end with: the fault's own.
    var codes: Set<String> {
        switch fault.kind {
        case .resetBefore, .resetWithin, .shortBody: ["network"]
        case .stallBefore, .stallWithin: ["timeout", "network"]
        case .unauthorized, .tokenRevoked: ["unauthorized"]
        case .passwordChanged: ["credentials-refused"]
        // Tokens are revoked as well, and a new one may be by the time it is used.
        case .grantRefused: ["credentials-refused", "unauthorized"]
        case .refreshRefused: ["unauthorized", "credentials-refused"]
        case .tooManyRequests, .rateLimit, .concurrencyLimit: ["rate-limited"]
        case .serverError: ["server-error"]
        case .proxyError: ["unavailable"]
        case .redirect: ["redirect-refused"]
        case .malformedJSON, .nestingBomb: ["malformed"]
        case .spacesBomb, .gzipBomb: ["too-large"]
        case .pageRepeated, .pageIndexIgnored, .shortPage, .pageSizeCapped, .rowsReordered: ["unstable"]
        // Of the faults that count too much now and then: a sum of two windows that is too large each time it is asked
        // for looks as if rows at their common edge were left out of both.
        case .totalTooLarge, .totalGrowing: ["unstable", "interval-open"]
        case .totalShrinking: ["malformed", "unstable"]
        case .totalOfTask: ["total-is-of-task", "unstable", "interval-open"]
        case .edgesLeftOut: ["interval-open", "unstable"]
        case .intervalIgnored: ["interval-ignored", "unstable", "interval-open"]
        case .latency, .slowDrip, .dateSkewed, .chunked, .noLength, .gzipUnasked, .wrongCurrentTotal, .totalsAsText,
            .keysReordered, .prettyPrinted, .byteOrderMark:
            []
        // Windows are asked for without a cursor.
        case .cursorRefused, .cursorStandsStill, .cursorGoesBack, .cursorStartsOver, .cursorInclusive, .restTotalWrong:
            []
        }
    }

    /// The one code that a run ends with where the server lies for good in a way that has a name.
    var nameOfLie: String? {
        switch fault.kind {
        case .totalOfTask: "total-is-of-task"
        case .edgesLeftOut: "interval-open"
        case .intervalIgnored: "interval-ignored"
        default: nil
        }
    }

    /// Whether the server leaves edges out so often that it may do so each time it is asked about one, in a few of a
    /// thousand windows: then rows stored exactly at an edge may be with both neighbours, or with none.
    func mayErrAtEdges(_ rhythm: Rhythm) -> Bool { fault.kind == .edgesLeftOut && rhythm == .often }

    /// Whether the server says that a window holds more rows than it does: that costs what so many rows would cost, so
    /// it is the whole run whose requests bound those of a window.
    var inflatesTotals: Bool {
        [.intervalIgnored, .totalOfTask, .totalTooLarge, .totalGrowing].contains(fault.kind)
    }

    /// Whether the fault is about what an interval or a count takes in, so that the convention may matter.
    var isAboutIntervals: Bool {
        switch fault.kind {
        case .intervalIgnored, .edgesLeftOut, .totalOfTask, .totalTooLarge, .totalGrowing, .totalShrinking, .shortPage,
            .pageRepeated:
            true
        default: false
        }
    }

    /// The rows a page that the server gives at most: that many pages more are no multiple of what a window costs.
    var pageSize: Int { fault.kind == .pageSizeCapped ? fault.amount ?? HardRows.pageSize : HardRows.pageSize }

    /// How long the client waits for the next byte while the fault is played.
    var idleTimeout: Duration { isSlow ? .milliseconds(150) : FaultedVault.long }

    /// Whether answers come so late that the client has to be told not to wait.
    private var isSlow: Bool { [.stallBefore, .stallWithin].contains(fault.kind) }
}
