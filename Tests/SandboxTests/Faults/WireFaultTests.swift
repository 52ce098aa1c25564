import Foundation
import HTTPTypes
import Records
import Sandbox
import TestSupport
import Testing

/// What faults do to the bytes on the wire.
@Suite struct WireFaultTests {
    private static let target = "/api/alldata?taskid=t&pageindex=1&pagesize=1000"

    /// The raw answer under the fault, and the body that comes without it.
    private static func answer(
        _ fault: Fault, rows: Int = 50, width: Int = 0, closes: Bool = false, headers: [String] = []
    ) async throws -> (faulty: RawAnswer, whole: [UInt8]) {
        try await withSandbox(emptyTask()) { url, store in
            try fill(store, rows, width)
            let visitor = try await Visitor.loggedIn(url)
            let whole = await visitor.raw(target, closes: true)
            #expect(whole.status == 200)
            #expect(whole["Content-Length"] == "\(whole.body.count)")
            store.faults = FaultPlan([.init(fault)])
            let faulty = await visitor.raw(target, closes: closes, headers: headers)
            #expect(store.faults.progress.first?.played == 1)
            store.faults = FaultPlan()
            let after = await visitor.raw(target, closes: true)
            #expect(after.body == whole.body)
            return (faulty, whole.body)
        }
    }

    /// - Parameter width: how much wider than its number each row is.
    private static func fill(_ store: SandboxStore, _ rows: Int, _ width: Int = 0) throws {
        let time = try stored("2013-01-01")
        let padding = String(repeating: "x", count: width)
        store.insert(
            task: "t", rows: (0..<rows).map { StoredRow(time: time, bytes: Array(row("\($0)\(padding)").utf8)) })
    }

    @Test func resetBeforeAnswersNothingAndResets() async throws {
        let (faulty, _) = try await Self.answer(Fault(.resetBefore))
        #expect(faulty.bytes == [])
        #expect(faulty.ending == .reset)
    }

    @Test(arguments: [50, 1000]) func resetWithinBreaksOffAndResets(rows: Int) async throws {
        let (faulty, whole) = try await Self.answer(Fault(.resetWithin), rows: rows)
        #expect(faulty.ending == .reset)
        // A reset may overtake what was sent before it.
        #expect(faulty.body.count <= whole.count / 2)
        #expect(whole.starts(with: faulty.body))
    }

    /// The larger of the two is more than sockets hold, so that the server must wait before it closes.
    @Test(arguments: Sampling.quick(1, of: [(1000, 20_000), (50, 0)]))
    func shortBodyAnnouncesAllAndClosesAfterHalf(rows: Int, width: Int) async throws {
        let (faulty, whole) = try await Self.answer(Fault(.shortBody), rows: rows, width: width)
        #expect(faulty["Content-Length"] == "\(whole.count)")
        #expect(faulty.body == Array(whole.prefix(whole.count / 2)))
        #expect(faulty.ending == .closed)
    }

    @Test(arguments: Sampling.quick(1, of: [(1000, 20_000), (1, 0)]))
    func noLengthAnnouncesNoneAndEndsWithTheConnection(rows: Int, width: Int) async throws {
        let (faulty, whole) = try await Self.answer(Fault(.noLength), rows: rows, width: width)
        #expect(faulty.status == 200)
        #expect(faulty["Content-Length"] == nil)
        #expect(faulty["Transfer-Encoding"] == nil)
        #expect(faulty["Connection"] == "close")
        #expect(faulty["Content-Type"] == "application/json; charset=utf-8")
        #expect(faulty.body == whole)
        #expect(faulty.ending == .closed)
    }

    @Test func chunkedComesInChunksWithoutALength() async throws {
        let (faulty, whole) = try await Self.answer(Fault(.chunked), closes: true)
        #expect(faulty["Content-Length"] == nil)
        #expect(faulty["Transfer-Encoding"] == "chunked")
        let size = String(whole.count, radix: 16)
        #expect(faulty.body == Array("\(size)\r\n".utf8) + whole + Array("\r\n0\r\n\r\n".utf8))
    }

    @Test func stallBeforeAnswersNothingAndCloses() async throws {
        let (faulty, _) = try await Self.answer(Fault(.stallBefore, seconds: 0.1))
        #expect(faulty.bytes == [])
        #expect(faulty.ending == .closed)
    }

    @Test func stallWithinStopsAfterHalf() async throws {
        try await withSandbox(emptyTask()) { url, store in
            try Self.fill(store, 50)
            let visitor = try await Visitor.loggedIn(url)
            let whole = await visitor.raw(Self.target, closes: true)
            let half = whole.bytes.count - whole.body.count / 2
            store.faults = FaultPlan([.init(Fault(.stallWithin, seconds: 3600))])
            // As much as comes before the stall can be read, and the client is not kept from leaving.
            let faulty = await visitor.raw(Self.target, upTo: half - 64)
            #expect(faulty.ending == .enough)
            #expect(faulty.body.count <= whole.body.count / 2 + 1)
        }
    }

    @Test(arguments: [Fault.Kind.stallWithin, .slowDrip]) func aSlowBodyIsTheWholeBody(kind: Fault.Kind) async throws {
        let (faulty, whole) = try await Self.answer(Fault(kind, seconds: 0.2), closes: true)
        #expect(faulty.body == whole)
    }

    @Test func gzipComesUnaskedForAndOnlyThen() async throws {
        let (faulty, whole) = try await Self.answer(Fault(.gzipUnasked), closes: true)
        #expect(faulty["Content-Encoding"] == "gzip")
        #expect(faulty["Content-Length"] == "\(faulty.body.count)")
        #expect(try gunzip(faulty.body) == whole)
        let asked = try await Self.answer(Fault(.gzipUnasked), closes: true, headers: ["Accept-Encoding: gzip"])
        #expect(try gunzip(asked.faulty.body) == whole)
    }

    @Test func malformedJSONIsHalfOfItUnderItsOwnLength() async throws {
        let (faulty, whole) = try await Self.answer(Fault(.malformedJSON), closes: true)
        #expect(faulty["Content-Length"] == "\(whole.count / 2)")
        #expect(faulty.body == Array(whole.prefix(whole.count / 2)))
    }

    @Test func aByteOrderMarkComesFirst() async throws {
        let (faulty, whole) = try await Self.answer(Fault(.byteOrderMark), closes: true)
        #expect(faulty.body == [0xEF, 0xBB, 0xBF] + whole)
    }

    @Test func prettyPrintedDiffersInWhiteSpaceOnly() async throws {
        let (faulty, whole) = try await Self.answer(Fault(.prettyPrinted), closes: true)
        #expect(faulty.body.starts(with: Array("{\r\n\t\"data\":  {\r\n\t".utf8)))
        #expect(faulty.body.filter { ![9, 10, 13, 32].contains($0) } == whole)
    }

    @Test(arguments: [-86_400.0, -1800, 5400, 1e8]) func theDateIsOffByTheSeconds(seconds: Double) async throws {
        let before = Date()
        let (faulty, whole) = try await Self.answer(Fault(.dateSkewed, seconds: seconds), closes: true)
        let text = try #require(faulty["Date"])
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let date = try #require(formatter.date(from: text), "\(text)")
        #expect(date >= before.addingTimeInterval(seconds - 1))
        #expect(date <= Date().addingTimeInterval(seconds))
        #expect(faulty.body == whole)
        #expect(faulty.status == 200)
    }

    @Test func aSkewedDateKeepsNoOtherFaultFromBeingPlayed() async throws {
        try await withSandbox(emptyTask()) { url, store in
            try Self.fill(store, 50)
            let visitor = try await Visitor.loggedIn(url)
            let whole = await visitor.raw(Self.target, closes: true)
            store.faults = FaultPlan([
                .init(Fault(.dateSkewed, seconds: -1e6)), .init(Fault(.latency, seconds: 0.01)),
                .init(Fault(.noLength)),
            ])
            let faulty = await visitor.raw(Self.target)
            #expect(faulty["Content-Length"] == nil)
            #expect(faulty["Date"] != nil && faulty["Date"]?.contains(",") == true)
            #expect(faulty["Date"] != whole["Date"])
            #expect(faulty.body == whole.body)
            #expect(store.statistics.faults == [.dateSkewed: 1, .latency: 1, .noLength: 1])
            #expect(store.log.last?.fault == .noLength)
        }
    }

    @Test func aConnectionWhoseDateWasSkewedGoesOnAsUsual() async throws {
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            store.faults = FaultPlan([.init(Fault(.dateSkewed, seconds: 1e8), every: 2)])
            let dates = try await visitor.onOneConnection(["/api/taskgroup", "/api/taskgroup", "/api/taskgroup"]) {
                $0.headers[.date] ?? ""
            }
            #expect(dates.count == 3)
            #expect(dates[0].suffix(17).prefix(4) == dates[2].suffix(17).prefix(4))
            #expect(dates[1].suffix(17).prefix(4) != dates[0].suffix(17).prefix(4))
        }
    }
}
