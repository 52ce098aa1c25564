import Jobs
import Logging
import OctoparseAPI
import Records
import Synchronization
import Testing

@testable import Operations

@Suite struct AccountClientsTests {
    private static let job = ["job": "tasks: [a]\nschedule: \"7 * * * *\"\n"]
    private static let logger = LogBook().logger

    private static func accounts(rate: String) throws -> [Account] {
        try JobFixture(
            job,
            accounts: """
                default: {base_url: "http://127.0.0.1:9", username: u, password_env: P, requests_per_second: \(rate)}

                """
        ).set.accounts
    }

    @Test func allRunsOfAnAccountShareAClientThatIsOpenedWhenNeeded() async throws {
        let account = try #require(try Self.accounts(rate: "5").first)
        let clients = AccountClients([account], logger: Self.logger)
        #expect(await clients.open.isEmpty)
        let first = try await clients.with(account) { ObjectIdentifier($0) }
        let second = try await clients.with(account) { ObjectIdentifier($0) }
        #expect(first == second)
        #expect(await clients.open == [account])
        await clients.shutdown()
        #expect(await clients.open.isEmpty)
    }

    @Test func anAccountThatChangesGetsANewClientAndTheOldOneLivesAsLongAsItsRuns() async throws {
        let old = try #require(try Self.accounts(rate: "5").first)
        let new = try #require(try Self.accounts(rate: "7").first)
        let clients = AccountClients([old], logger: Self.logger)
        try await clients.with(old) { _ in
            await clients.keep([new])
            #expect(await clients.open == [old], "a run still uses it")
            try await clients.with(new) { _ in #expect(await clients.open == [old, new]) }
        }
        #expect(await clients.open == [new])
        await clients.shutdown()
    }

    @Test func aRunThatFailsGivesItsClientBack() async throws {
        let account = try #require(try Self.accounts(rate: "5").first)
        let clients = AccountClients([account], logger: Self.logger)
        await #expect(throws: CancellationError.self) {
            try await clients.with(account) { _ in throw CancellationError() }
        }
        await clients.keep([])
        #expect(await clients.open.isEmpty)
        await clients.shutdown()
    }

    @Test func aRunUnderWayKeepsTheAccountOfItsOwnFiles() throws {
        let old = try JobFixture(Self.job).set
        let new = try JobFixture(
            ["job": "tasks: [a]\nschedule: \"8 * * * *\"\naccount: other\n"],
            accounts: "other: {base_url: \"http://127.0.0.1:11\", username: u, password_env: P}\n"
        ).set
        let registry = JobRegistry(old)
        registry.replace(with: new)
        #expect(try registry.account(of: #require(old.jobs.first)).host == "127.0.0.1:9")
        #expect(try registry.account(of: #require(new.jobs.first)).host == "127.0.0.1:11")
    }
}
