import ArgumentParser
import Jobs
import Operations

/// How often a process may ask the API.
struct RateOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Requests a second, in place of the account's rate: this worker's share where several ask at once; 0 for no "
                + "limit.", valueName: "rate"))
    var requestsPerSecond: Double?

    /// - Returns: nil where the account's own rate counts.
    /// - Throws: ``Problem`` with status `usage`.
    func value() throws -> Double? {
        guard let rate = requestsPerSecond else { return nil }
        guard rate.isFinite, (0...JobDefaults.greatestRate).contains(rate) else {
            throw Problem.usage(
                "--requests-per-second: \(rate) is not possible", hint: "write 0 to \(JobDefaults.greatestRate)")
        }
        return rate
    }
}
