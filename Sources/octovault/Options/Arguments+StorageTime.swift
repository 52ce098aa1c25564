import ArgumentParser
import Operations
import StorageTime

extension StorageInstant {
    /// Reads an option's value; the error names the option and the value.
    static func option(_ name: String, _ text: String?) throws -> StorageInstant? {
        guard let text else { return nil }
        do {
            return try StorageInstant(parsing: text)
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
    static func range(from: String?, to: String?) throws -> Window? {
        let start = try StorageInstant.option("--from", from)
        let end = try StorageInstant.option("--to", to)
        guard start != nil || end != nil else { return nil }
        do {
            return try Window(from: start ?? .earliest, to: end ?? .latest)
        } catch {
            throw Problem.usage(error.message, hint: "--to must be later than --from")
        }
    }
}
