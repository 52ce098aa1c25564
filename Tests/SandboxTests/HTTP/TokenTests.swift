import HTTPTypes
import Sandbox
import Testing

@Suite struct TokenTests {
    @Test func aPasswordGrantAnswersATokenThatOpensTheAPI() async throws {
        try await withSandbox(emptyTask()) { url, _ in
            let visitor = try Visitor(url)
            let grant = try await visitor.grant("username=sandbox&password=sandbox&grant_type=password")
            #expect(grant.status == 200)
            #expect(grant.text("token_type") == "bearer")
            #expect(grant.number("expires_in") == 86_399)
            #expect(grant.text("refresh_token") != nil)
            let token = try #require(grant.text("access_token"))
            for scheme in ["bearer", "Bearer", "BEARER"] {
                let answer = try await visitor.get("/api/taskgroup", headers: [.authorization: "\(scheme) \(token)"])
                #expect(answer.status == 200)
            }
        }
    }

    @Test func formValuesArePercentDecodedAndTheAccountIsASetting() async throws {
        var configuration = emptyTask()
        configuration.username = "ann@example.org"
        configuration.password = "p&=+% ü"
        try await withSandbox(configuration) { url, _ in
            let form = "username=ann%40example.org&password=p%26%3D%2B%25+%C3%BC&grant_type=password"
            let grant = try await Visitor(url).grant(form)
            #expect(grant.status == 200)
        }
    }

    @Test(arguments: [
        ("username=sandbox&password=wrong&grant_type=password", "invalid_grant"),
        ("username=Sandbox&password=sandbox&grant_type=password", "invalid_grant"),
        ("grant_type=password", "invalid_grant"),
        ("refresh_token=never&grant_type=refresh_token", "invalid_grant"),
        ("grant_type=refresh_token", "invalid_grant"),
        ("username=sandbox&password=sandbox&grant_type=magic", "unsupported_grant_type"),
        ("username=sandbox&password=sandbox", "unsupported_grant_type"),
        ("", "unsupported_grant_type"),
    ])
    func aBadGrantIsRefusedByName(form: String, error: String) async throws {
        try await withSandbox(emptyTask()) { url, _ in
            let answer = try await Visitor(url).grant(form)
            #expect(answer.status == 400)
            #expect(answer.text("error") == error)
            #expect((answer.text("error_description") != nil) == (error == "invalid_grant"))
        }
    }

    @Test func aGrantThatIsNoFormIsUnsupported() async throws {
        try await withSandbox(emptyTask()) { url, _ in
            let answer = try await Visitor(url).send(
                "/token", method: .post, headers: [.contentType: "application/json"],
                body: "username=sandbox&password=sandbox&grant_type=password")
            #expect(answer.text("error") == "unsupported_grant_type")
        }
    }

    @Test func aTokenIsAcceptedUntilItsLifetimeEnds() async throws {
        let clock = ManualClock()
        var configuration = emptyTask()
        configuration.tokenLifetime = 60
        configuration.now = { clock.now }
        try await withSandbox(configuration) { url, _ in
            let visitor = try await Visitor.loggedIn(url)
            clock.advance(by: 59.9)
            #expect(try await visitor.get("/api/taskgroup").status == 200)
            clock.advance(by: 0.1)
            let refused = try await visitor.get("/api/taskgroup")
            #expect(refused.status == 401)
            #expect(refused.body == #"{"error":"unauthorized","error_Description":"access_token invalid"}"#)
        }
    }

    @Test(arguments: [true, false])
    func aRefreshTokenIsSpentByItsFirstUseWhereTheyRotate(rotates: Bool) async throws {
        var configuration = emptyTask()
        configuration.rotatesRefreshTokens = rotates
        try await withSandbox(configuration) { url, _ in
            let visitor = try Visitor(url)
            let first = try await visitor.grant("username=sandbox&password=sandbox&grant_type=password")
            let old = try #require(first.text("refresh_token"))
            let second = try await visitor.grant("refresh_token=\(old)&grant_type=refresh_token")
            let new = try #require(second.text("refresh_token"))
            #expect(second.text("access_token") != first.text("access_token"))
            #expect((new != old) == rotates)
            #expect(
                try await visitor.grant("refresh_token=\(old)&grant_type=refresh_token").status == (rotates ? 400 : 200)
            )
            #expect(try await visitor.grant("refresh_token=\(new)&grant_type=refresh_token").status == 200)
        }
    }

    @Test func tokensCanBeRevokedAndThePasswordChanged() async throws {
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            store.revokeAccessTokens()
            #expect(try await visitor.get("/api/taskgroup").text("error") == "unauthorized")
            let grant = try await visitor.grant("username=sandbox&password=sandbox&grant_type=password")
            let refresh = try #require(grant.text("refresh_token"))
            store.revokeRefreshTokens()
            store.changePassword(to: "other")
            #expect(try await visitor.grant("refresh_token=\(refresh)&grant_type=refresh_token").status == 400)
            #expect(try await visitor.grant("username=sandbox&password=sandbox&grant_type=password").status == 400)
            _ = try await Visitor.loggedIn(url, password: "other").get("/api/taskgroup")
            #expect(store.statistics.grants == 3)
        }
    }

    @Test(arguments: ["", "bearer", "bearer ", "bearer nonsense", "basic c2FuZGJveA==", "bear TOKEN"])
    func aRequestWithoutAnAcceptedTokenIsUnauthorized(authorization: String) async throws {
        try await withSandbox(emptyTask()) { url, _ in
            let visitor = try await Visitor.loggedIn(url)
            let value = authorization.replacing("TOKEN", with: visitor.token ?? "")
            for path in ["/api/alldata", "/api/notexportdata", "/api/taskgroup", "/api/task"] {
                let answer = try await visitor.get(path, headers: [.authorization: value])
                #expect(answer.status == 401)
                #expect(answer.text("error") == "unauthorized")
            }
        }
    }

    @Test func numbersCanBeSentAsText() async throws {
        var configuration = emptyTask()
        configuration.sendsNumbersAsText = true
        try await withSandbox(configuration) { url, _ in
            let grant = try await Visitor(url).grant("username=sandbox&password=sandbox&grant_type=password")
            #expect(grant.text("expires_in") == "86399")
            let page = try await Visitor.loggedIn(url).get("/api/alldata?taskid=t&pageindex=1&pagesize=1")
            #expect(page.body == #"{"data":{"total":"0","currentTotal":"0","dataList":[]},"error":"success"}"#)
        }
    }
}
