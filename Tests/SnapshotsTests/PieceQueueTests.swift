import OctoparseAPI
import RowJSON
import StorageTime
import TestSupport
import Testing

@testable import Snapshots

@Suite struct PieceQueueTests {
    private typealias Queue = PieceQueue<Window>

    /// Plays pieces that end in any order.
    private struct Play {
        /// Whether pieces are cut or paged now and then, before their rows are known or after; else only the window is
        /// cut.
        let isTroubled: Bool
        let window: Window
        var generator: SeededGenerator
        var queue: Queue
        var running: [Queue.Work] = []
        var mostRunning = 0
        var handedOn: [Window] = []
        var lastsSeen: [Bool] = []
        /// Pieces whose end was judged without the next one's rows.
        var endsAskedFor: [Window] = []

        init(_ window: Window, width: Int, seed: UInt64, isTroubled: Bool) {
            self.window = window
            self.isTroubled = isTroubled
            generator = SeededGenerator(seed: seed)
            queue = Queue(window, width: width)
        }

        mutating func run() throws {
            while !queue.isEmpty {
                while let work = queue.nextWork() { running.append(work) }
                mostRunning = max(mostRunning, running.count)
                if let (ready, isLast) = queue.popReady() {
                    lastsSeen.append(isLast)
                    switch ready {
                    case .finished(let piece), .paged(let piece, _): handedOn.append(piece)
                    }
                    continue
                }
                try #require(!running.isEmpty, "nothing runs, and \(handedOn.count) pieces were handed on")
                try end(running.remove(at: Int.random(in: running.indices, using: &generator)))
            }
        }

        private mutating func end(_ work: Queue.Work) throws {
            switch work {
            case .ask(let piece):
                queue.note(try answer(piece) { WindowReader.WholeAnswer(rows: RowBlock(), repaired: 0) }, for: piece)
            case .finish(let piece, _, let next):
                if next == nil { endsAskedFor.append(piece) }
                queue.note(try answer(piece) { piece }, for: piece)
            }
        }

        private mutating func answer<Rows>(
            _ piece: Window, rows: () -> Rows
        ) throws -> WindowReader.PieceAnswer<Rows> {
            let chance = isTroubled ? Int.random(in: 0..<10, using: &generator) : piece == window ? 0 : 9
            if chance < 3, let pieces = WindowPartition.pieces(of: piece, total: 3, capacity: 1) {
                return .cut(WindowReader.Cut(pieces: pieces, total: nil))
            }
            return chance == 3 ? .paged(size: 1) : .rows(rows())
        }
    }

    private static let widths = [1, 2, 4]

    @Test(arguments: 1...60 as ClosedRange<UInt64>, widths)
    func piecesAreHandedOnInOrderWhicheverEndsFirst(seed: UInt64, width: Int) throws {
        let window = try window("2013-01-01 00:00:00", "2013-01-01 00:10:00")
        var play = Play(window, width: width, seed: seed, isTroubled: true)
        try play.run()
        #expect(play.mostRunning <= width)
        #expect(play.handedOn.first?.from == window.from && play.handedOn.last?.to == window.to)
        #expect(zip(play.handedOn, play.handedOn.dropFirst()).allSatisfy { $0.to == $1.from })
        #expect(play.lastsSeen.last == true && play.lastsSeen.filter(\.self).count == 1)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>, widths)
    func onlyTheLastPieceIsFinishedWithoutTheNextOnesRows(seed: UInt64, width: Int) throws {
        let window = try window("2013-01-01 00:00:00", "2013-01-01 00:10:00")
        var play = Play(window, width: width, seed: seed, isTroubled: false)
        try play.run()
        #expect(play.handedOn.count == 4)
        #expect(play.endsAskedFor.map(\.to) == [window.to])
    }
}
