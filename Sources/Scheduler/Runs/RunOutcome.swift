/// How a run ended, as its ``JobRunner`` tells it.
package struct RunOutcome: Sendable, Hashable {
    package enum Word: String, Sendable, Hashable, CaseIterable, Codable {
        /// All that was due.
        case done
        /// Nothing useful, or damage.
        case failed
        /// Some of it; the rest stays due.
        case partial
        /// It was told to stop, and stopped with whole windows.
        case interrupted
    }

    /// Why something was not done.
    package struct Failure: Sendable, Hashable {
        /// Of a closed list: two failures with one code are the same failure happening again.
        package var code: String
        /// One sentence.
        package var message: String

        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    package var word: Word
    /// Windows.
    package var sealed = 0, empty = 0, failed = 0, retaken = 0
    package var rows = 0
    /// Bytes received.
    package var bytes = 0
    package var requests = 0, retries = 0
    package var firstError: Failure?
    /// Whether it is worth a line in the log: something was taken, found or changed.
    package var didSomething: Bool
    /// What a program that did only this run would exit with.
    package var exitStatus: Int32
    /// The run's summary: the body of notifications, the input of hooks.
    package var summaryJSON: [UInt8]
    /// Why it was told to stop; nil where it was not, or had done all the same. The scheduler fills it in.
    package internal(set) var interruption: StopRequest.Cause?

    package init(
        word: Word, firstError: Failure? = nil, didSomething: Bool, exitStatus: Int32, summaryJSON: [UInt8] = []
    ) {
        self.word = word
        self.firstError = firstError
        self.didSomething = didSomething
        self.exitStatus = exitStatus
        self.summaryJSON = summaryJSON
    }

    /// Stopped because the program stops, which is nobody's failure: the rest is done after the next start.
    var isPutOff: Bool { word == .interrupted && interruption == .shutdown }
}
