import Foundation
import RowJSON
import Secrets
import Testing

@testable import OctoparseAPI

struct AnswerTests {
    private let context = CallContext(host: "h.example", subject: "the rows of task t", secrets: holding("tok-123"))

    private func answer(_ status: Int, _ body: String, type: String = "application/json") -> APIAnswer {
        var answer = APIAnswer(status: status, body: Array(body.utf8))
        answer.contentType = type
        return answer
    }

    private func code(_ answer: APIAnswer) -> APIError.Code? {
        do throws(APIError) {
            _ = try answer.page(size: 10, context, attempts: 1)
            return nil
        } catch {
            return error.code
        }
    }

    private static let documented: [(String, APIError.Code)] = [
        ("{\"error\":\"unauthorized\",\"error_Description\":\"access_token invalid\"}", .unauthorized),
        ("{\"message\":\"Requested Resource Does Not Support HTTP Method 'POST'\"}", .wrongMethod),
        ("{\"error\":\"taskid_error\",\"error_Description\":\"TaskID is invalid\"}", .taskUnknown),
        ("{\"error\":\"export_pagesize_error\",\"error_Description\":\"Size range from 1 to 1000\"}", .pageSize),
        ("{\"error\":\"server_error\",\"error_Description\":\"Please try again later!\"}", .serverError),
        ("{\"error\":\"invalid_grant\",\"error_description\":\"incorrect\"}", .credentialsRefused),
        ("{\"error\":\"unsupported_grant_type\"}", .unexpected),
        (" \n{ \"error_description\" : \"x\", \"ERROR\" : \"TaskID_Error\" }", .taskUnknown),
    ]

    @Test(arguments: documented.indices, [200, 400, 401, 404, 429, 500, 503])
    func aDocumentedErrorIsReadFromTheBodyWhateverTheStatus(index: Int, status: Int) {
        let (body, code) = Self.documented[index]
        // A word that means nothing for rows leaves the say to a status that does.
        let byStatus: [Int: APIError.Code] = [
            401: .unauthorized, 404: .wrongAPI, 429: .rateLimited, 500: .serverError, 503: .unavailable,
        ]
        #expect(self.code(answer(status, body)) == (code == .unexpected ? byStatus[status] ?? code : code))
    }

    @Test(
        arguments: [
            (204, .malformed), (301, .redirectRefused), (302, .redirectRefused), (308, .redirectRefused),
            (400, .unexpected), (401, .unauthorized), (403, .unexpected), (404, .wrongAPI), (405, .wrongMethod),
            (407, .badConfiguration), (408, .timeout), (418, .unexpected), (429, .rateLimited), (500, .serverError),
            (501, .serverError), (502, .unavailable), (503, .unavailable), (504, .unavailable), (522, .unavailable),
        ] as [(Int, APIError.Code)])
    func whereTheBodySaysNothingTheStatusDoes(status: Int, code: APIError.Code) {
        #expect(self.code(answer(status, "<html>no JSON</html>", type: "text/html")) == code)
        #expect(self.code(answer(status, "")) == code)
        #expect(self.code(answer(status, "{}")) == code)
    }

    @Test(arguments: [
        "", "null", "[]", "{", "<html></html>", "{\"data\":{\"total\":1,\"dataList\":[{\"a\":1}",
        "{\"error\":\"success\"}",
        "{\"data\":null,\"error\":\"success\"}", "{\"data\":{\"dataList\":[]}}",
        "{\"data\":{\"total\":null,\"dataList\":[]}}",
        "{\"data\":{\"total\":-1,\"dataList\":[]}}", "{\"data\":{\"total\":5,\"dataList\":null}}",
        "{\"data\":{\"total\":5}}",
        "{\"data\":{\"total\":1,\"dataList\":[{},{}]}}",
        "{\"data\":{\"total\":99,\"dataList\":[{},{},{},{},{},{},{},{},{},{},{}]}}",
        "{\"data\":{\"total\":2,\"dataList\":[1,2]}}",
    ])
    func aPageThatContradictsItselfIsMalformedAndTransient(body: String) throws {
        let error = #expect(throws: APIError.self) { try answer(200, body).page(size: 10, context, attempts: 1) }
        #expect(error?.code == .malformed)
        #expect(error?.isTransient == true)
        #expect(error?.message.hasPrefix("h.example, asked for the rows of task t, sent") == true)
    }

    @Test(arguments: [
        ("{\"data\":{\"total\":0,\"currentTotal\":0,\"dataList\":[]},\"error\":\"success\"}", 0, 0),
        ("{\"data\":{\"total\":0,\"dataList\":null},\"error\":\"success\"}", 0, 0),
        ("{\"data\":{\"total\":\"7\",\"currentTotal\":\"99\",\"dataList\":[{}]},\"error\":\"success\"}", 7, 1),
        ("{\"error\":\"Success\",\"data\":{\"dataList\":[{\"a\":1},{\"a\":2}],\"total\":2}}", 2, 2),
        ("{\"data\":{\"total\":50,\"dataList\":[]}}", 50, 0),
        ("{\"data\":{\"total\":1,\"dataList\":[{}]},\"error\":null}", 1, 1),
        ("\u{FEFF}{\"data\":{\"total\":1,\"dataList\":[{\"error\":\"server_error\"}]},\"error\":\"\"}", 1, 1),
    ])
    func aSoundPageIsRead(body: String, total: Int, rows: Int) throws {
        let page = try answer(200, body).page(size: 10, context, attempts: 3)
        #expect(page.total == total)
        #expect(page.rows.count == rows)
        #expect(page.attempts == 3)
    }

    @Test(arguments: ["9223372036854775807", "1000000000000001", "\"1000000000000001\"", "1e16", "9223372036854775808"])
    func aTotalThatNothingRealHasIsMalformedAndNamed(total: String) {
        let body = "{\"data\":{\"total\":\(total),\"dataList\":[{}]}}"
        let error = #expect(throws: APIError.self) { try answer(200, body).page(size: 10, context, attempts: 1) }
        #expect(error?.code == .malformed)
        let digits = total == "1e16" ? "10000000000000000" : total.filter { $0 != "\"" }
        #expect(error?.message.contains(digits) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: ["1000000000000000", "\"999999999999999\"", "1e15"])
    func aLargeTotalThatIsPossibleIsTaken(total: String) throws {
        let body = "{\"data\":{\"total\":\(total),\"dataList\":[{}]}}"
        #expect(try answer(200, body).page(size: 10, context, attempts: 1).total >= 999_999_999_999_999)
        #expect(try answer(200, body).unexportedPage(context, attempts: 1).total >= 999_999_999_999_999)
    }

    @Test func unexportedRowsAreTakenUnderATotalThatNothingRealHas() throws {
        let page = try answer(200, "{\"data\":{\"total\":9223372036854775807,\"dataList\":[{}]}}")
            .unexportedPage(context, attempts: 1)
        #expect(page.rows.count == 1 && page.total == 1_000_000_000_000_000)
    }

    @Test(arguments: [
        ("{\"data\":{\"total\":1,\"dataList\":[{},{}]}}", 1, 2), ("{\"data\":{\"dataList\":[{},{}]}}", 2, 2),
        ("{\"data\":{\"total\":0}}", 0, 0),
    ])
    func unexportedRowsAreTakenWhateverTheCountsSay(body: String, total: Int, rows: Int) throws {
        let page = try answer(200, body).unexportedPage(context, attempts: 1)
        #expect(page.total == total)
        #expect(page.rows.count == rows)
    }

    @Test(arguments: [
        "{\"data\":{\"total\":1,\"dataList\":[{\"a\":1},", "{\"data\":{\"total\":-3,\"dataList\":[{}]}}",
        "{\"data\":{\"total\":3,\"dataList\":null}}", "",
    ])
    func unexportedRowsThatCannotBeReadAreHandedOver(body: String) {
        let error = #expect(throws: APIError.self) { try answer(200, body).unexportedPage(context, attempts: 1) }
        #expect(error?.code == .malformed)
        #expect(error?.unreadAnswer == Array(body.utf8))
    }

    @Test func otherErrorsOfUnexportedCarryNoBody() {
        let error = #expect(throws: APIError.self) {
            try answer(400, "{\"error\":\"taskid_error\"}").unexportedPage(context, attempts: 1)
        }
        #expect(error?.code == .taskUnknown)
        #expect(error?.unreadAnswer == nil)
    }

    @Test func groupIDsAreNumbersOrText() throws {
        let body = """
            {"data":[{"taskGroupId":84,"taskGroupName":"One"},{"taskGroupName":"Zwei \\u00fc","taskGroupId":"b-2","x":[1]},
            {"taskGroupId":12345678901234567890,"taskGroupName":null}],"error":"success"}
            """
        let groups = try answer(200, body).taskGroups(context)
        #expect(groups.map(\.id) == ["84", "b-2", "12345678901234567890"])
        #expect(groups.map(\.name) == ["One", "Zwei ü", ""])
    }

    @Test func tasksAreRead() throws {
        let body =
            "{\"error\":\"success\",\"data\":[{\"taskId\":\"t-1\",\"taskName\":\"\"},{\"TASKID\":\"t-2\",\"taskName\":\"N\"}]}"
        #expect(try answer(200, body).tasks(context) == [.init(id: "t-1", name: ""), .init(id: "t-2", name: "N")])
        #expect(try answer(200, "{\"data\":[],\"error\":\"success\"}").tasks(context).isEmpty)
    }

    @Test(arguments: [
        "{\"error\":\"success\"}", "{\"data\":null}", "{\"data\":[{\"taskName\":\"x\"}]}",
        "{\"data\":[{\"taskId\":\"\"}]}",
        "{\"data\":[{\"taskId\":{}}]}", "{\"data\":[1]}", "{\"data\":7}",
    ])
    func aListWithoutIDsIsMalformed(body: String) {
        let error = #expect(throws: APIError.self) { try answer(200, body).tasks(context) }
        #expect(error?.code == .malformed)
    }

    /// `expires_in` as sent, and the lifetime taken from it.
    @Test(
        arguments: [
            ("86399", 86_399), ("\"86399\"", 86_399), ("\" 60 \"", 60), ("59.5", 59.5), ("0", 3600), ("-1", 3600),
            ("null", 3600), ("\"soon\"", 3600), ("1e300", 315_360_000), ("\"nan\"", 3600), ("\"inf\"", 3600),
        ] as [(String, Double)])
    func expiresInIsANumberOrText(text: String, lifetime: Double) throws {
        let body = "{\"access_token\":\"a\",\"token_type\":\"bearer\",\"expires_in\":\(text),\"refresh_token\":\"r\"}"
        let grant = try answer(200, body).tokenGrant(context)
        #expect(grant == TokenGrant(access: "a", refresh: "r", lifetime: lifetime))
    }

    @Test func aTokenAnswerMayLackAllButTheToken() throws {
        let grant = try answer(200, "\u{FEFF}{\"access_token\":\"a\"}").tokenGrant(context)
        #expect(grant == TokenGrant(access: "a", refresh: nil, lifetime: 3600))
    }

    @Test(
        arguments: [
            (200, "{}", .malformed), (200, "{\"access_token\":\"\"}", .malformed),
            (200, "{\"access_token\":\"a b\"}", .malformed), (200, "{\"access_token\":\"a\\r\\nX: y\"}", .malformed),
            (200, "{\"access_token\":\"é\"}", .malformed), (200, "not JSON", .malformed),
            (400, "{\"error\":\"invalid_grant\"}", .credentialsRefused),
            (200, "{\"error\":\"invalid_grant\"}", .credentialsRefused),
            (400, "{\"error\":\"unsupported_grant_type\"}", .unexpected), (401, "", .credentialsRefused),
            (403, "<html>", .credentialsRefused), (200, "{\"error\":\"unauthorized\"}", .credentialsRefused),
            (404, "", .wrongAPI), (503, "", .unavailable), (429, "", .rateLimited),
        ] as [(Int, String, APIError.Code)])
    func aTokenThatIsNotGrantedHasAReason(status: Int, body: String, code: APIError.Code) {
        let error = #expect(throws: APIError.self) { try answer(status, body).tokenGrant(context) }
        #expect(error?.code == code)
    }

    @Test func textOfTheServerIsQuotedCleanAndWithoutSecrets() {
        let text = "bad \\u001b[31m token tok-123 " + String(repeating: "long ", count: 100)
        let body = "{\"error\":\"taskid_error\",\"error_description\":\"\(text)\"}"
        let error = #expect(throws: APIError.self) { try answer(200, body).page(size: 1, context, attempts: 1) }
        let message = error?.message ?? ""
        #expect(message.contains("bad \\u{1b}[31m token [secret] long"))
        #expect(message.count < 350)
    }

    @Test(
        arguments: [
            ("https://other.example/path?token=tok-123#x", "https://other.example/path"),
            ("/elsewhere?a=b", "/elsewhere"),
            ("https://user:pass@other.example/", "https://other.example/"), (nil, "no readable address"),
            ("https://other.example/tok-123/x", "https://other.example/[secret]/x"),
            ("https://other.example/tok%2D123", "https://other.example/[secret]"),
            ("https://tok-123.example/", "https://[secret].example/"),
        ] as [(String?, String)])
    func aRedirectNamesItsTargetAndNoMore(location: String?, shown: String) {
        var answer = answer(302, "")
        answer.location = location
        let error = #expect(throws: APIError.self) { try answer.page(size: 1, context, attempts: 1) }
        #expect(error?.code == .redirectRefused)
        #expect(
            error?.message
                == "h.example, asked for the rows of task t, redirects to \(shown) (status 302), which is not followed")
    }

    @Test func retryAfterIsKeptForTransientErrorsAlone() {
        for (status, kept) in [(429, true), (503, true), (404, false)] {
            var answer = answer(status, "")
            answer.retryAfter = .seconds(5)
            let error = #expect(throws: APIError.self) { try answer.page(size: 1, context, attempts: 1) }
            #expect((error?.retryAfter == .seconds(5)) == kept)
        }
        var limited = answer(400, "{\"error\":\"server_error\"}")
        limited.retryAfter = .seconds(5)
        let error = #expect(throws: APIError.self) { try limited.page(size: 1, context, attempts: 1) }
        #expect(error?.retryAfter == .seconds(5))
    }
}

/// A registry that holds these secrets.
func holding(_ secrets: String...) -> SecretRegistry {
    let registry = SecretRegistry()
    secrets.forEach { registry.add($0) }
    return registry
}
