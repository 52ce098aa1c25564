import Foundation
import Records
import StorageTime
import Testing

@testable import Jobs

@Suite struct AccountTests {
    private static let credentials = ["OCTOPARSE_USERNAME": "ada", "OCTOPARSE_PASSWORD": "hunter2"]

    @Test func theEnvironmentsAccountHasEveryDefault() async throws {
        let account = try Account.fromEnvironment(Self.credentials)
        #expect(account.name == "default" && account.username == "ada")
        #expect(account.baseURL.text == "https://dataapi.octoparse.com" && account.host == "dataapi.octoparse.com")
        #expect(account.requestsPerSecond == 5 && !account.allowHTTP && account.caFile == nil)
        #expect(account.timeZone == nil && account.interval == nil && account.storageClock.timeZone == nil)
        #expect(try await account.password(environment: Self.credentials) == "hunter2")
    }

    @Test func everyVariableIsRead() throws {
        let account = try Account.fromEnvironment([
            "OCTOPARSE_USERNAME": "ada", "OCTOPARSE_PASSWORD": "", "OCTOPARSE_PASSWORD_FILE": "~/secret",
            "HOME": "/home/ada",
            "OCTOPARSE_BASE_URL": "http://10.0.0.7:8077/", "OCTOPARSE_TIME_ZONE": "Asia/Shanghai",
            "OCTOPARSE_REQUESTS_PER_SECOND": "0", "OCTOPARSE_INTERVAL": "left-open", "OCTOPARSE_ALLOW_HTTP": "true",
            "OCTOPARSE_CA_FILE": "ca.pem",
        ])
        #expect(account.password == .file("/home/ada/secret") && account.baseURL.text == "http://10.0.0.7:8077")
        #expect(account.timeZone?.name == "Asia/Shanghai" && account.requestsPerSecond == 0)
        #expect(account.interval == .leftOpen && account.allowHTTP && account.caFile == "ca.pem")
    }

    @Test func aWrongEnvironmentNamesEachVariableAndNoSecret() {
        let error = #expect(throws: JobFilesError.self) {
            try Account.fromEnvironment([
                "OCTOPARSE_PASSWORD": "hunter2", "OCTOPARSE_PASSWORD_FILE": "/x",
                "OCTOPARSE_BASE_URL": "http://octoparse.example",
                "OCTOPARSE_TIME_ZONE": "Mars", "OCTOPARSE_REQUESTS_PER_SECOND": "fast", "OCTOPARSE_INTERVAL": "close",
                "OCTOPARSE_ALLOW_HTTP": "1",
            ])
        }
        #expect(
            error?.description == """
                environment: OCTOPARSE_ALLOW_HTTP: '1' is neither true nor false (expected true or false)
                environment: OCTOPARSE_BASE_URL: plain http to another machine shows the password to everyone on the way (expected an https:// address, or http:// to this machine); set OCTOPARSE_ALLOW_HTTP=true to allow it
                environment: OCTOPARSE_INTERVAL: 'close' is not known here (expected one of closed, half-open, left-open); did you mean 'closed'?
                environment: OCTOPARSE_PASSWORD_FILE: OCTOPARSE_PASSWORD is set, too (expected one of the two)
                environment: OCTOPARSE_REQUESTS_PER_SECOND: 'fast' is no number (expected a number, 0 to 10000)
                environment: OCTOPARSE_TIME_ZONE: 'Mars' is no time zone (expected a time zone such as UTC, Europe/Berlin or Asia/Shanghai)
                environment: OCTOPARSE_USERNAME: the variable is not set (expected the account's user name)
                """)
    }

    @Test(arguments: [
        ("https://dataapi.octoparse.com", "https://dataapi.octoparse.com", "dataapi.octoparse.com"),
        ("HTTPS://DataAPI.Octoparse.com:443/", "https://dataapi.octoparse.com", "dataapi.octoparse.com"),
        ("https://proxy.example:8443/octo//", "https://proxy.example:8443/octo", "proxy.example:8443"),
        ("http://127.0.0.1:80", "http://127.0.0.1", "127.0.0.1"),
        ("http://[::1]:8077", "http://[::1]:8077", "[::1]:8077"),
    ])
    func anAddressHasOneSpelling(text: String, plain: String, host: String) throws {
        let address = try ValueRule.baseAddress.read(text)
        #expect(address.text == plain && address.host == host && !address.isInsecure)
    }

    @Test(arguments: [
        "dataapi.octoparse.com", "ftp://x", "https://", "https:///x", "https://a b", "https://x?y=hunter2",
        "https://x#hunter2",
        "https://ada:hunter2@x", "https://x:0", "https://x:65536", "https://x:y", "", "https://é",
    ])
    func aBadAddressIsRefusedWithoutShowingIt(text: String) {
        let problems = Fixture.accountProblems("a:\n  username: u\n  password_env: P\n  base_url: '\(text)'\n")
        #expect(problems.count == 1)
        #expect(problems.first?.key == "a.base_url" && problems.first?.line == 4)
        #expect(problems.first?.description.contains("hunter2") == false)
    }

    @Test(arguments: [
        "requests_per_second: .inf", "requests_per_second: nan", "requests_per_second: 10001",
        "requests_per_second: 1e2",
        "requests_per_second: '5'", "interval: unknown", "allow_http: yes", "ca_file: no", "time_zone: ~",
        "password: x",
        "Username: x", "password_command: x",
    ])
    func anImpossibleAccountKeyIsOneProblem(line: String) {
        let problems = Fixture.accountProblems("a:\n  username: u\n  password_env: P\n  \(line)\n")
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.line == 4)
    }

    // MARK: - Passwords

    private func account(_ source: Account.PasswordSource) throws -> Account {
        var draft = AccountDraft()
        draft.username = "ada"
        draft.password = source
        return try #require(draft.account(named: "shop"))
    }

    private func password(_ source: Account.PasswordSource, timeout: Duration = .seconds(1800)) async throws -> String {
        try await account(source).password(
            environment: ["PATH": "/usr/bin:/bin", "SECRET": "s3cret"], timeout: timeout)
    }

    @Test(arguments: [
        ("hunter2\n", "hunter2"), ("hunter2", "hunter2"), ("hunter2\r\n", "hunter2"), (" pass word \n", " pass word "),
        ("pässwörd\n", "pässwörd"),
    ])
    func aPasswordFilesLineEndIsDroppedAndNothingElse(text: String, password: String) async throws {
        try await Fixture.withFolder { folder in
            try Fixture.write(text, to: "\(folder)/secret")
            #expect(try await self.password(.file("\(folder)/secret")) == password)
        }
    }

    @Test(arguments: [
        ("", AccountError.Code.passwordUnusable), ("\n", .passwordUnusable), ("hunter2\nhunter3\n", .passwordUnusable),
        ("hunter2\0", .passwordUnusable), (String(repeating: "hunter2", count: 1000), .passwordUnusable),
        ("hunter2\n\n", .passwordUnusable),
    ])
    func aFileThatHoldsNoPasswordIsRefusedWithoutShowingIt(text: String, code: AccountError.Code) async throws {
        try await Fixture.withFolder { folder in
            try Fixture.write(text, to: "\(folder)/secret")
            let error = await #expect(throws: AccountError.self) { try await self.password(.file("\(folder)/secret")) }
            #expect(error?.code == code)
            #expect(error.map { "\($0)".contains("hunter2") } == false)
        }
    }

    @Test func whatIsNotThereIsNamed() async throws {
        let file = await #expect(throws: AccountError.self) { try await password(.file("/nonexistent/secret")) }
        #expect(file?.code == .passwordMissing)
        #expect(file?.message == "account 'shop': no password, since the file /nonexistent/secret is not there")
        let folder = await #expect(throws: AccountError.self) { try await password(.file("/")) }
        #expect(folder?.code == .passwordUnreadable)
        let variable = await #expect(throws: AccountError.self) { try await password(.environment("NOT_SET")) }
        #expect(variable?.message == "account 'shop': no password, since the variable NOT_SET is not set")
        #expect(try await password(.environment("SECRET")) == "s3cret")
    }

    @Test(arguments: [
        ShellCommand.program(["echo", "hunter2 $SECRET"]), .shell("echo 'hunter2 $SECRET'"),
        .program(["/bin/sh", "-c", "printf '%s' 'hunter2 $SECRET'"]), .shell("echo hunter2 '$SECRET'; echo noise >&2"),
    ])
    func aCommandTellsThePasswordAndAListGoesThroughNoShell(command: ShellCommand) async throws {
        #expect(try await password(.command(command)) == "hunter2 $SECRET")
    }

    @Test func aCommandHasTheEnvironmentGivenAndNothingToRead() async throws {
        #expect(try await password(.command(.shell("echo $SECRET; cat"))) == "s3cret")
    }

    @Test(arguments: [
        (
            ShellCommand.shell("echo hunter2; exit 3"), AccountError.Code.commandFailed,
            "the command 'echo ***' ended with exit status 3"
        ),
        (.shell("echo hunter2; kill -9 $$"), .commandFailed, "the command 'echo ***' ended with signal 9"),
        (.program(["no-such-program", "hunter2"]), .commandFailed, "the command 'no-such-program ***' is not there"),
        (.shell("yes hunter2"), .passwordUnusable, "the command 'yes ***' writes more than 4098 bytes"),
        (.shell("true"), .passwordUnusable, "the command 'true' holds an empty password"),
    ])
    func aCommandThatFailsIsNamedByItsProgramAlone(command: ShellCommand, code: AccountError.Code, reason: String) async
    {
        let error = await #expect(throws: AccountError.self) { try await password(.command(command)) }
        #expect(error?.code == code)
        #expect(error?.message == "account 'shop': no password, since \(reason)")
    }

    /// The shell's child keeps the pipe open; the whole group has to go.
    @Test func aCommandThatHangsIsEndedWithItsChildren() async {
        let clock = ContinuousClock()
        let start = clock.now
        let error = await #expect(throws: AccountError.self) {
            try await password(.command(.shell("sleep 3600; echo hunter2")), timeout: .milliseconds(200))
        }
        #expect(error?.code == .commandTimedOut)
        #expect(clock.now - start < .seconds(1800))
    }

    @Test func aCommandGetsItsInputWhetherOrNotItReadsIt() async throws {
        let input = Array(String(repeating: "x", count: 300_000).utf8)
        let environment = ["PATH": "/usr/bin:/bin"]
        let read = try await ShellCommand.shell("wc -c").run(
            environment: environment, input: input, outputLimit: 100, timeout: .seconds(1800))
        #expect(String(decoding: read.output, as: UTF8.self) == "300000\n" && read.isSuccess)
        let unread = try await ShellCommand.program(["true"]).run(
            environment: environment, input: input, outputLimit: 0, timeout: .seconds(1800))
        #expect(unread.isSuccess)
    }

    @Test func remarksTellWhatIsAllowedButRisky() async throws {
        try await Fixture.withFolder { folder in
            try Fixture.write("x", to: "\(folder)/open", permissions: 0o644)
            try Fixture.write("x", to: "\(folder)/closed", permissions: 0o600)
            #expect(
                try account(.file("\(folder)/open")).remarks().first
                    == "account 'shop': others can reach the password file \(folder)/open; chmod 600 it")
            #expect(
                try account(.file("\(folder)/gone")).remarks().first
                    == "account 'shop': the password file \(folder)/gone is not there")
            #expect(try account(.file("\(folder)/closed")).remarks().count == 1)
        }
    }
}
