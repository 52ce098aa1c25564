/// How a run ended, as its ``JobRunner`` tells it.
public struct RunOutcome: Sendable, Hashable {
    public enum Word: String, Sendable, Hashable, CaseIterable, Codable {
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
    public struct Failure: Sendable, Hashable {
        /// Of a closed list: two failures with one code are the same failure happening again.
        public var code: String
        /// One sentence.
        public var message: String

        public init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    public var word: Word
    /// Windows.
    public var sealed = 0, empty = 0, failed = 0, retaken = 0
    public var rows = 0
    /// Bytes received.
    public var bytes = 0
    public var requests = 0, retries = 0
    public var firstError: Failure?
    /// Whether it is worth a line in the log: something was taken, found or changed.
    public var didSomething: Bool
    /// What a program that did only this run would exit with.
    public var exitStatus: Int32
    /// The run's summary: the body of notifications, the input of hooks.
    public var summaryJSON: [UInt8]
    /// Why it was told to stop; nil where it was not, or had done all the same. The scheduler fills it in.
    public internal(set) var interruption: Interruption.Cause?

    public init(
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
