import Foundation
import StorageTime

/// Whether this machine's clock and the servers' agree.
struct ClockCheck: DoctorCheck {
    let name = "clock"
    let accounts: [AccountFacts]

    /// The `Date` header is cut to whole seconds, and an answer is on its way for a while.
    private static let tolerance = 10.0

    func findings() -> [Finding] {
        accounts.compactMap { account in
            guard let server = account.serverDate, let ours = account.ourDate else { return nil }
            // The middle of the second that the header names.
            let ahead = ours.timeIntervalSince(server) - 0.5
            guard abs(ahead) > Self.tolerance else {
                return .ok("this clock and \(account.host)'s agree within \(Int(Self.tolerance)) seconds")
            }
            let size = Seconds(Int(held: abs(ahead).rounded())).rough
            return .warning(
                "this clock is \(size) \(ahead > 0 ? "ahead of" : "behind") \(account.host)'s",
                ahead > 0
                    ? "windows are judged by the earlier of the two, so that none is taken too soon; have the clock set by NTP"
                    : "windows are taken late by as much; have the clock set by NTP")
        }
    }
}
