import Foundation
import HTTPTypes
import HummingbirdTesting
import Sandbox
import Testing

@Suite struct FaultTests {
    /// Answers about a task of 50 rows, five a day from 2013-01-01 on, each request under the same fault.
    private func answers(_ fault: Fault, _ targets: String..., headers: HTTPFields = [:]) async throws -> [Received] {
        try await withSandbox(emptyTask()) { url, store in
            try fill(store)
            let visitor = try await Visitor.loggedIn(url)
            store.faults = FaultPlan([.init(fault)])
            var answers: [Received] = []
            for target in targets { answers.append(try await visitor.get(target, headers: headers)) }
            return answers
        }
    }

    private func fill(_ store: SandboxStore) throws {
        for index in 0..<50 {
            let day = index / 5 + 1
            store.insert(task: "t", row: row(index), at: try stored("2013-01-\(day) 00:00:00"))
        }
    }

    private let second = "/api/alldata?taskid=t&pageindex=2&pagesize=10"
    private let third = "/api/alldata?taskid=t&pageindex=3&pagesize=10"
    private let window =
        "/api/alldata/getdataoftaskbytimeandpaging?taskid=t&from=2013-01-02&to=2013-01-04&pageindex=1&pagesize=1000"

    private func names(_ range: Range<Int>) -> [String] { range.map(String.init) }

    @Test(arguments: [
        (Fault(.serverError), 500, #""error":"server_error""#), (Fault(.serverError, status: 200), 200, "server_error"),
        (Fault(.proxyError), 502, "<h1>502 Bad Gateway</h1>"), (Fault(.proxyError, status: 503), 503, "<html>"),
        (Fault(.proxyError, status: 500), 500, "<html>"), (Fault(.unauthorized), 401, #""error":"unauthorized""#),
        (Fault(.tooManyRequests), 429, "quota"), (Fault(.redirect, text: "http://elsewhere.test/"), 302, ""),
    ])
    func anErrorComesInsteadOfRows(fault: Fault, status: Int, containing: String) async throws {
        let answer = try #require(try await answers(fault, second).first)
        #expect(answer.status == status)
        #expect(containing.isEmpty || answer.body.contains(containing))
        #expect(answer.rows == [])
        #expect(answer.headers[.location] == fault.text)
    }

    @Test(arguments: [("0", "0"), ("120", "120"), (nil, nil)])
    func aRateLimitSaysWhatTheFaultSays(text: String?, header: String?) async throws {
        let answer = try #require(try await answers(Fault(.tooManyRequests, text: text), second).first)
        #expect(answer.headers[.retryAfter] == header)
    }

    @Test func aRateLimitCanGiveADate() async throws {
        let before = Date()
        let answer = try #require(try await answers(Fault(.tooManyRequests, seconds: 60, text: "date"), second).first)
        let text = try #require(answer.headers[.retryAfter])
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let date = try #require(formatter.date(from: text))
        // Between the request and now, to the header's whole seconds.
        #expect(date >= before.addingTimeInterval(59))
        #expect(date <= Date().addingTimeInterval(61))
    }

    @Test func anErrorInsteadOfRowsMarksNoneExported() async throws {
        try await withSandbox(emptyTask()) { url, store in
            try fill(store)
            let visitor = try await Visitor.loggedIn(url)
            let target = "/api/notexportdata?taskid=t&size=10"
            store.faults = FaultPlan([.init(Fault(.serverError), count: 1), .init(Fault(.resetBefore), count: 1)])
            #expect(try await visitor.get(target).status == 500)
            await #expect(throws: (any Error).self) { try await visitor.get(target) }
            #expect(try await visitor.get(target).names == names(0..<10))
            // An answer that is lost on the way has marked its rows: they are lost with it.
            store.faults = FaultPlan([.init(Fault(.resetWithin), count: 1)])
            await #expect(throws: (any Error).self) { try await visitor.get(target) }
            #expect(try await visitor.get(target).names == names(20..<30))
        }
    }

    @Test(arguments: [Fault.Kind.resetBefore, .resetWithin, .shortBody, .stallBefore])
    func aBrokenConnectionGivesNoAnswerAndHurtsNoOther(kind: Fault.Kind) async throws {
        try await withSandbox(emptyTask()) { url, store in
            try fill(store)
            let visitor = try await Visitor.loggedIn(url)
            store.faults = FaultPlan([.init(Fault(kind, seconds: 0.05), count: 1)])
            await #expect(throws: (any Error).self) { try await visitor.get(second) }
            #expect(try await visitor.get(second).names == names(10..<20))
            #expect(store.statistics.faults == [kind: 1])
        }
    }

    @Test(arguments: [Fault.Kind.latency, .stallWithin, .slowDrip])
    func aSlowAnswerComesWhole(kind: Fault.Kind) async throws {
        let start = ContinuousClock.now
        let answer = try #require(try await answers(Fault(kind, seconds: 0.2), second).first)
        #expect(ContinuousClock.now - start >= .milliseconds(190))
        #expect(answer.names == names(10..<20))
    }

    @Test func aChunkedAnswerAnnouncesNoLength() async throws {
        let answer = try #require(try await answers(Fault(.chunked), second, headers: [.acceptEncoding: "gzip"]).first)
        #expect(answer.headers[.contentLength] == nil)
        #expect(answer.headers[.transferEncoding] == "chunked")
        #expect(String(decoding: try gunzip(answer.bytes), as: UTF8.self).contains(row(19)))
    }

    @Test func aServerCanAnswerOtherRowsThanAskedFor() async throws {
        #expect(try await answers(Fault(.pageRepeated), second, third).map(\.names) == [names(0..<10), names(10..<20)])
        #expect(try await answers(Fault(.pageIndexIgnored), third).map(\.names) == [names(0..<10)])
        #expect(try await answers(Fault(.intervalIgnored), window).map(\.names) == [names(0..<50)])
        #expect(try await answers(Fault(.edgesLeftOut), window).map(\.names) == [names(10..<15)])
        let short = try #require(try await answers(Fault(.shortPage), second).first)
        #expect(short.names == names(10..<19))
        #expect(short.total == 50)
        #expect(short.currentTotal == 9)
    }

    @Test func aServerCanMiscount() async throws {
        let current = try #require(try await answers(Fault(.wrongCurrentTotal), second).first)
        #expect(current.currentTotal == 11)
        #expect(current.names.count == 10)
        #expect(try await answers(Fault(.totalOfTask), window).map(\.total) == [50])
        #expect(try await answers(Fault(.totalTooLarge), window).map(\.total) == [16])
    }

    @Test func aServerCanWriteTheSameOtherwise() async throws {
        let plain = try #require(try await answers(Fault(.latency, seconds: 0), second).first)
        for kind in [Fault.Kind.totalsAsText, .keysReordered, .prettyPrinted, .byteOrderMark] {
            let answer = try #require(
                try await answers(Fault(kind), second, headers: [.acceptEncoding: "gzip"]).first)
            let body = try answer.headers[.contentEncoding] == "gzip" ? gunzip(answer.bytes) : answer.bytes
            #expect(body != plain.bytes)
            let marked = kind == .byteOrderMark ? Array(body.dropFirst(3)) : body
            #expect(Received(status: 200, headers: [:], bytes: marked).names == plain.names)
        }
        let text = try #require(try await answers(Fault(.totalsAsText), second).first)
        #expect(text.body.hasPrefix(#"{"data":{"total":"50","currentTotal":"10","#))
        let reordered = try #require(try await answers(Fault(.keysReordered), second).first)
        #expect(reordered.body.hasPrefix(#"{"error":"success","data":{"dataList":[{"n":"10"}"#))
    }

    @Test func malformedJSONEndsInTheMiddleWithItsLengthAnnounced() async throws {
        let plain = try #require(try await answers(Fault(.latency, seconds: 0), second).first)
        let answer = try #require(try await answers(Fault(.malformedJSON), second).first)
        #expect(answer.status == 200)
        #expect(answer.bytes == Array(plain.bytes.prefix(plain.bytes.count / 2)))
        #expect(answer.total == nil)
    }

    @Test func faultedPagesAreNotKeptForOthers() async throws {
        try await withSandbox(emptyTask()) { url, store in
            try fill(store)
            let visitor = try await Visitor.loggedIn(url)
            let plain = try await visitor.get(window).bytes
            let kinds: [Fault.Kind] = [
                .keysReordered, .totalsAsText, .wrongCurrentTotal, .shortPage, .totalOfTask, .intervalIgnored,
                .edgesLeftOut, .byteOrderMark, .malformedJSON, .prettyPrinted, .totalTooLarge,
            ]
            for kind in kinds {
                store.faults = FaultPlan([.init(Fault(kind), count: 1)])
                #expect(try await visitor.get(window).bytes != plain, "\(kind)")
                #expect(try await visitor.get(window).bytes == plain, "\(kind)")
            }
        }
    }

    @Test func aGrantCanBeRefusedThoughThePasswordIsRight() async throws {
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try Visitor(url)
            store.faults = FaultPlan([.init(Fault(.grantRefused), count: 1)])
            let form = "username=sandbox&password=sandbox&grant_type=password"
            #expect(try await visitor.grant(form).text("error") == "invalid_grant")
            #expect(try await visitor.grant(form).status == 200)
            #expect(store.log.map(\.grant) == ["password", "password"])
        }
    }

    @Test func aStallDoesNotOutliveTheServer() async throws {
        let start = ContinuousClock.now
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            store.faults = FaultPlan([.init(Fault(.stallBefore, seconds: 3600))])
            let (asked, continuation) = AsyncStream<Void>.makeStream()
            store.onRequest { _ in continuation.finish() }
            let request = Task { try? await visitor.get(second) }
            for await _ in asked {}
            request.cancel()
        }
        #expect(ContinuousClock.now - start < .seconds(1800))
    }
}
