import Synchronization
import Testing
import UnixSignals

@testable import Operations

@Suite(.timeLimit(.minutes(60))) struct StopSignalsTests {
    /// What was done, told as it happens.
    private static let cases: [([UnixSignal], [String], Status)] = [
        ([.sigterm], ["drain"], .done), ([.sigterm, .sigterm], ["drain", "cut"], .terminated),
        ([.sigint], ["drain"], .interrupted), ([.sigint, .sigterm], ["drain", "cut"], .interrupted),
        ([.sigterm, .sigint, .sigint, .sigterm], ["drain", "cut", "end 143", "end 143"], .terminated),
    ]

    @Test(arguments: cases)
    func theFirstSignalDrainsTheSecondCutsAndMoreEndTheProcess(
        signals: [UnixSignal], expected: [String], status: Status
    ) async {
        await Self.play(signals, expected, status)
    }

    private static func play(_ signals: [UnixSignal], _ expected: [String], _ status: Status) async {
        let (deeds, teller) = AsyncStream.makeStream(of: String.self)
        let (stream, sender) = AsyncStream.makeStream(of: UnixSignal.self)
        let stop = StopSignals(
            stream, drain: { teller.yield("drain") }, cut: { teller.yield("cut") },
            end: { teller.yield("end \($0.rawValue)") })
        #expect(stop.status == .done)
        for signal in signals { sender.yield(signal) }
        var done: [String] = []
        for await deed in deeds {
            done.append(deed)
            if done.count == signals.count { break }
        }
        #expect(done == expected)
        #expect(stop.status == status)
        stop.cancel()
    }
}
