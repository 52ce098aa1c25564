import StorageTime

/// Closes a batch of windows that were read and join: says what to count, which window to read again, and in the end
/// which are proven and which are given up.
///
/// An enclosing count shows rows at the edges inside it, whatever the server does at those of an interval. At the two
/// outer ones nothing contradicts a server that leaves edges out now and then: it says that no row is stored at a
/// window's end, and the rows there stay in the window that the next one also holds; or it leaves them out of the
/// answer and of the count. So a server that is doubted is asked about these again, and would have to do it each time.
///
/// A value that is told what was answered: no server, no clock and no file is in here. The way is decided anew from the
/// answers so far each time, which are few; so it reads as one story, and the same answers always lead the same way.
///
/// Of a server that is believed, one count encloses the batch, the covered window before it and what is to be counted
/// again. Where that is not the sum of what was read, halves are counted, down to the windows that moved; those are
/// closed one by one, as all windows of a server that is doubted are.
struct ClosingMachine: Sendable {
    /// What is to be done next.
    enum Step: Sendable, Hashable {
        /// To count the rows from one instant to another.
        case count(from: StorageInstant, to: StorageInstant)
        /// To count the rows stored exactly at an instant.
        case countInstant(StorageInstant)
        /// To read a window of the batch again; the number of the attempt, from 2.
        case takeAgain(place: Int, attempt: Int)
        case end(Ending)
    }

    enum Answer: Sendable, Hashable {
        case counted(Int)
        case taken(ClosedWindow)
        /// It could not be done; the number is the caller's, for what it knows of the reason.
        case failed(Int)
    }

    struct Ending: Sendable, Hashable {
        /// The places of windows that are proven, ascending.
        var closed: [Int] = []
        var givenUp: [GivenUp] = []
        /// Whether the batch's last window adds up, and waits for the next one to join it.
        var isLastHeld = false
        /// What an enclosing count over windows that were to be counted again gave.
        var cleared: Cleared?
        /// Whether windows before the batch were seen to hold rows now.
        var sawOlderRows = false
    }

    struct GivenUp: Sendable, Hashable {
        /// Places of joining windows.
        var places: ClosedRange<Int>
        var reason: Reason
    }

    enum Reason: Error, Sendable, Hashable {
        /// What was asked or to be read failed; the number is that of ``Answer/failed(_:)``.
        case failed(Int)
        case movingCount(expected: Int, counted: Int)
        case doesNotJoinBefore, doesNotJoinBehind
        /// Rows stored at the window's start are in neither of its neighbours: the server leaves edges out.
        case edgesLeftOut(rows: Int)
    }

    struct Cleared: Sendable, Hashable {
        var range: Window
        var total: Int
    }

    /// The batch as it was read, oldest first; at least one.
    var batch: [ClosedWindow]
    /// The window closed last, where it may join the batch.
    var lastClosed: ClosedWindow?
    /// Covered windows that end where one of the batch begins, and that begin where one ends, by its place.
    var before: [Int: ClosedWindow] = [:]
    var behind: [Int: ClosedWindow] = [:]
    /// Joining covered windows up to the batch that are to be counted again.
    var recheck: [ClosedWindow] = []
    /// From 0 (answers are believed) to 2, as ``ServerTrust`` has it.
    var doubt = 0
    /// Whether nothing but a further count vouches for it that no row is stored at the batch's open end.
    var isEndDoubted = false
    /// Whether the next window is to join the last: then the last is left, for the next count to vouch for its end.
    var isHoldingLast = false
    /// How often a window is read at most.
    var attempts = 3

    private var answers: [Answer] = []
    /// How often the server contradicted itself so far, and how many windows agreed since it was doubted.
    private(set) var contradictions = 0
    private(set) var agreements = 0

    init(_ batch: [ClosedWindow]) { self.batch = batch }

    /// What is to be done next; the same until an answer is told.
    mutating func next() -> Step {
        var course = ClosingCourse(self, answers)
        defer { (contradictions, agreements) = (course.contradictions, course.agreements) }
        do {
            try course.close(batch.indices, isPart: false)
        } catch let pending as ClosingCourse.Pending {
            return pending.step
        } catch {
            course.ending.givenUp.append(.init(places: 0...batch.count - 1, reason: .doesNotJoinBefore))
        }
        course.ending.closed.sort()
        return .end(course.ending)
    }

    mutating func tell(_ answer: Answer) {
        answers.append(answer)
    }
}
