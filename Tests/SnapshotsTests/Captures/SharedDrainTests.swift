import Archive
import Records
import Synchronization
import TestSupport
import Testing

@testable import Snapshots

/// Another program fetches and marks a task's unexported rows at the same time.
@Suite(.timeLimit(.minutes(60))) struct SharedDrainTests {
    /// What the other program does at a moment.
    enum Deed: Sendable, CaseIterable { case nothing, fetches, marks, fetchesAndMarks }

    /// What becomes of our mark.
    static let fates: [CursorServer.Fate] = [.answered, .broken, .lost, .empty]

    struct Play: Sendable, CustomTestStringConvertible {
        var meaning: CursorServer.Meaning
        var fate: CursorServer.Fate
        var place = 0
        var testDescription: String { "\(meaning), \(fate)" }

        static let all = CursorServer.Meaning.allCases.flatMap { meaning in
            SharedDrainTests.fates.map { (meaning, $0) }
        }.enumerated().map { Play(meaning: $1.0, fate: $1.1, place: $0) }
    }

    /// Every meaning of a mark, every fate of ours, every deed of the other program before it and behind it, over fewer
    /// and more rows than ours: no row is stored twice, and what is not stored is told.
    @Test(arguments: Sampling.quick(4, of: Play.all)) func noRowIsStoredTwiceAndEachThatIsNotStoredIsTold(_ play: Play)
        async throws
    {
        let deeds = Deed.allCases.flatMap { before in Deed.allCases.map { (before, $0) } }
        let plays = deeds.flatMap { deeds in [(4, 0), (4, 3), (17, 0)].map { (deeds, $0) } }
        for ((before, behind), (size, late)) in Sampling.some(4, of: plays, draw: UInt64(play.place)) {
            let comment: Comment = "\(before), \(behind) of \(size), \(late) rows come"
            try await self.play(play, before, behind, size: size, late: late, comment)
        }
    }

    private func play(
        _ play: Play, _ before: Deed, _ behind: Deed, size: Int, late: Int, _ comment: Comment
    ) async throws {
        let server = CursorServer(numbered(0..<25), meaning: play.meaning) { number, state in
            switch number {
            case 2:
                state.act(before, size: size, play.meaning)
                return play.fate
            case 3:
                state.act(behind, size: size, play.meaning)
                numbered(25..<25 + late).forEach { state.store($0) }
                return .answered
            default: return .answered
            }
        }
        let fixture = try IncrementFixture(server)
        let outcome = try await fixture.run(.unexported, batch: 10)
        #expect(outcome.result == .drained, comment)
        let stored = try fixture.rows(.unexported)
        #expect(stored.values.allSatisfy { $0 == 1 }, comment)
        let missing = server.present.count - stored.count
        // Rows that came at the same time hide as many.
        #expect(outcome.lost <= missing && missing <= outcome.lost + late, "\(comment): \(missing), \(outcome.lost)")
        #expect(server.state.withLock { $0.rows.allSatisfy(\.isExported) }, comment)
        #expect(try fixture.manifests(.unexported).allSatisfy { $0.mark?.isConfirmed == true }, comment)
    }

    @Test func oneRowThatComesAgainAfterAMarkInDoubtIsSaidToBeInDoubt() async throws {
        let server = CursorServer(numbered(0..<1)) { number, _ in number == 2 ? .broken : .answered }
        let fixture = try IncrementFixture(server)
        let outcome = try await fixture.run(.unexported, batch: 10)
        #expect(outcome.result == .drained && outcome.perhapsLost == 1 && !outcome.isWhole)
        #expect(try fixture.rows(.unexported) == counted(numbered(0..<1)))
    }

    @Test func rowsOfAnEarlierRunThatComeAgainAreSaidToBeInDoubt() async throws {
        let server = CursorServer(numbered(0..<8)) { number, _ in number == 2 ? .broken : .answered }
        let fixture = try IncrementFixture(server)
        let requests: @Sendable () -> Int = { server.requests }
        _ = try await fixture.run(.unexported, batch: 10, mayGoOn: { requests() < 2 })
        let next = try await fixture.run(.unexported, batch: 10)
        #expect(next.perhapsLost == 8 && next.lost == 0)
        #expect(try fixture.rows(.unexported) == counted(numbered(0..<8)))
    }

    @Test func rowsThatComeAsFastAsTheyAreDrainedAreLeftForTheNextOne() async throws {
        let next = Mutex(10)
        let server = CursorServer(numbered(0..<10)) { number, state in
            if number % 2 == 0 {
                let first = next.withLock { next in
                    defer { next += 10 }
                    return next
                }
                numbered(first..<first + 10).forEach { state.store($0) }
            }
            return .answered
        }
        let fixture = try IncrementFixture(server)
        let outcome = try await fixture.run(.unexported, batch: 10, mostAnswersWithoutFall: 20)
        #expect(outcome.result == .drained && outcome.left == 10 && outcome.rows >= 10 && outcome.isWhole)
        #expect(try fixture.rows(.unexported).values.allSatisfy { $0 == 1 })
    }
}

extension CursorServer.State {
    /// What another program does: fetches so many rows, marks, or both.
    mutating func act(_ deed: SharedDrainTests.Deed, size: Int, _ meaning: CursorServer.Meaning) {
        if deed == .fetches || deed == .fetchesAndMarks {
            let given = rows.indices.filter { !rows[$0].isExported }.prefix(size)
            lastAnswer = Set(given.map { rows[$0].key })
            for place in given { rows[place].isFetched = true }
        }
        guard deed == .marks || deed == .fetchesAndMarks else { return }
        mark(meaning)
    }

    mutating func mark(_ meaning: CursorServer.Meaning) {
        for place in rows.indices {
            let isMeant =
                switch meaning {
                case .lastAnswer: lastAnswer.contains(rows[place].key)
                case .allAnswers: rows[place].isFetched
                case .everything: true
                }
            if isMeant { rows[place].isExported = true }
            rows[place].isFetched = false
        }
    }
}
