import ArgumentParser
import Foundation
import Operations
import StorageTime

extension StorageInstant {
    /// Reads an option's value; the error names the option and the value.
    ///
    /// - Parameter clock: says what `now` and `30d` are; by itself, the zone of OCTOPARSE_TIME_ZONE, else UTC-12.
    static func option(_ name: String, _ text: String?, clock: StorageClock? = nil) throws -> StorageInstant? {
        guard let text else { return nil }
        do {
            let zone = ProcessInfo.processInfo.environment["OCTOPARSE_TIME_ZONE"]
            let told = if let clock { clock } else { try StorageClock(zoneNamed: zone) }
            return try StorageInstant(written: text, now: told.storageTime(at: Date()))
        } catch {
            throw Problem.usage("\(name): \(error.message)", hint: error.hint)
        }
    }
}

extension Seconds {
    /// Reads an option's value of at least one second; the error names the option and the value.
    static func option(_ name: String, _ text: String) throws -> Seconds {
        do {
            let seconds = try Seconds(parsing: text)
            guard seconds.count > 0 else {
                throw Problem.usage("\(name): '\(text)' is too short", hint: "write 1s or more")
            }
            return seconds
        } catch let error as StorageTimeError {
            throw Problem.usage("\(name): \(error.message)", hint: error.hint)
        }
    }
}

extension Window {
    /// The range of `--from` and `--to`, where an absent end leaves it open.
    ///
    /// - Parameter clock: as ``StorageInstant/option(_:_:clock:)`` has it.
    static func range(from: String?, to: String?, clock: StorageClock? = nil) throws -> Window? {
        let start = try StorageInstant.option("--from", from, clock: clock)
        let end = try StorageInstant.option("--to", to, clock: clock)
        guard start != nil || end != nil else { return nil }
        do {
            return try Window(from: start ?? .earliest, to: end ?? .latest)
        } catch {
            throw Problem.usage(error.message, hint: "--to must be later than --from")
        }
    }
}
