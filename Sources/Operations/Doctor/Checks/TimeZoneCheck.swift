import Foundation
import StorageTime

/// Whether each account says in which zone its server stores rows, and whether the newest rows agree.
struct TimeZoneCheck: DoctorCheck {
    let name = "time zone"
    let accounts: [AccountFacts]

    func findings() -> [Finding] { accounts.map(finding) }

    private func finding(_ account: AccountFacts) -> Finding {
        guard account.tellsStorageTime else {
            return .ok("account '\(account.name)': its API tells no storage time, so that no zone is needed")
        }
        let probe = "`octovault probe \(account.task ?? "TASK")` measures it"
        guard let zone = account.clock.zoneName else {
            return .warning(
                "account '\(account.name)' has no time_zone: windows wait until they are past in every zone (UTC-12)",
                "\(probe); set time_zone or OCTOPARSE_TIME_ZONE")
        }
        let said = "account '\(account.name)': \(zone)"
        guard let recent = account.recent, let task = account.task else {
            return .ok("\(said); not compared with rows")
        }
        if recent.future > 0 {
            return .error(
                .badConfiguration,
                "\(said), by which task \(task) has \(recent.future.counted("row")) in the future",
                "the server's zone is further east: \(probe)")
        }
        if recent.lastHour > 0 { return .ok("\(said); rows of the last hour agree with it") }
        if recent.dayBefore > 0 {
            return .warning(
                "\(said); no row of task \(task) is younger than an hour by it, so that the zone may be too far east",
                "windows without rows would be sealed before their time: \(probe)")
        }
        return .ok("\(said); nothing contradicts it, for task \(task) stored no row within the last day")
    }
}
