import Foundation
import Synchronization

extension SeattleWeather {
    /// By the zone in which a date is midnight: a process may start many sandboxes, each with the sample.
    private static let tables = Mutex<[TimeZone: RowTable]>([:])

    /// The sample's rows, each stored at midnight of its `date`, which stays in the row: it is data, not a column added
    /// for the sandbox.
    static func table(timeZone: TimeZone) throws(SandboxError) -> RowTable {
        if let known = tables.withLock({ $0[timeZone] }) { return known }
        let table = try read(timeZone: timeZone)
        tables.withLock { $0[timeZone] = table }
        return table
    }

    private static func read(timeZone: TimeZone) throws(SandboxError) -> RowTable {
        var sink = RowLoader(
            file: "seattle-weather.csv", timeKey: "date", servesTimeKey: true, timeZone: timeZone)
        var reader = CSVReader()
        do {
            try Array(csv.utf8).withUnsafeBytes { try reader.feed($0, &sink) }
            try reader.finish(&sink)
        } catch let error as SandboxError {
            throw error
        } catch {
            throw SandboxError(.badRow, "the embedded sample cannot be read: \(error)")
        }
        return sink.finish()
    }
}
