import Foundation
import TestSupport
import Testing

/// Passwords and tokens go to the account's server, and nowhere else: not into output, logs, files or command lines,
/// even where the server repeats them at every turn.
@Suite struct DoorsSecretsTests {
    /// In every secret of these tests, in every form that they take on the wire.
    static let marker = "SECRET-"
    static let password = "pa&s \(marker)wörd"
    static let range = ["--from", "2020-01-01", "--to", "2020-01-03", "--window", "1d"]
    static let loud = ["--log-level", "trace"]

    @Test func noSecretIsInAnythingThatTheProgramWrites() async throws {
        try await Self.runEverything()
    }

    private static func runEverything() async throws {
        var run = SecretiveRun(program: try Program(password: password))
        try await run.against(goodServer) { run in
            try await run.expect(0, ["backfill", "t"] + range + loud)
            try await run.expect(0, ["backfill", "t", "--force", "--json", "--log-format", "json"] + range + loud)
            try await run.expect(0, ["tasks"] + loud)
            try await run.expect(nil, ["doctor"] + loud)
            try await run.expect(nil, ["doctor", "--json", "--log-format", "json"] + loud)
            try await run.expect(nil, ["verify", "--reconcile"] + loud)
        }
        for arguments in [["status"], ["status", "--json"], ["list", "--json"], ["verify", "--deep"]] {
            try await run.expect(nil, arguments)
        }
        let kept = run.program.folder.allFiles().filter { $0.hasPrefix("state/octovault/tokens/") }
        let cached = try kept.map { try String(contentsOfFile: "\(run.program.folder.path)/\($0)", encoding: .utf8) }
        #expect(cached.count == 1 && cached.allSatisfy { $0.contains(marker) }, "the tokens are where they belong")
        try await run.against(refusesTokens) { run in
            try await run.expect(77, ["backfill", "t", "--force"] + range + loud)
        }
        try await run.against(refusesThePassword) { run in
            try await run.expect(77, ["doctor"] + loud)
            try await run.expect(77, ["backfill", "t", "--force"] + range + loud)
            try await run.expect(77, ["tasks", "--json", "--log-format", "json"] + loud)
        }
        let commands = [["tasks"], ["doctor"], ["backfill", "t", "u", "--force", "--json"] + range]
        for server in Sampling.some(1, of: [repeatsTheRequest, redirectsWithTheToken, totalIsThePassword]) {
            try await run.against(server) { run in
                for command in commands { try await run.expect(69, command + loud) }
            }
        }
        try await run.against(repeatsWhatItSentBefore) { run in
            for command in commands {
                // The tokens that are replaced are then ones that this very process was given.
                try run.forgetTokens()
                try await run.expect(69, command + loud)
            }
        }
        try run.check()
    }

    private static let goodServer: @Sendable (DoorServer.Request) -> Reply = { request in
        if request.path == "/token" { return .token("access-\(marker)1", refresh: "refresh-\(marker)1") }
        if request.path == "/api/taskgroup" {
            return .json(#"{"data":[{"taskGroupId":1,"taskGroupName":"g \#(password)"}]}"#)
        }
        if request.path == "/api/task" {
            return .json(#"{"data":[{"taskId":"t","taskName":"n access-\#(marker)1 pa%26s%20\#(marker)w%C3%B6rd"}]}"#)
        }
        return .rows([])
    }

    private static let refusesTokens: @Sendable (DoorServer.Request) -> Reply = { request in
        guard request.path == "/token" else { return .error("unauthorized", echo(request)) }
        return request.body.contains("grant_type=password")
            ? .token("access-\(marker)2", refresh: "refresh-\(marker)2") : .error("invalid_grant", echo(request))
    }

    private static let refusesThePassword: @Sendable (DoorServer.Request) -> Reply = { request in
        .error("invalid_grant", echo(request) + " " + password)
    }

    private static let repeatsTheRequest: @Sendable (DoorServer.Request) -> Reply = { request in
        guard request.path != "/token" else { return goodServer(request) }
        return .error("odd " + echo(request), echo(request))
    }

    private static let redirectsWithTheToken: @Sendable (DoorServer.Request) -> Reply = { request in
        guard request.path != "/token" else { return goodServer(request) }
        let token = "access-\(marker)1"
        let target = "http://\(token).invalid/\(token)/access%2D\(marker)1?token=\(token)#\(token)"
        return .json("", status: "307 Temporary Redirect", headers: ["Location: \(target)"])
    }

    private static let totalIsThePassword: @Sendable (DoorServer.Request) -> Reply = { request in
        guard request.path != "/token" else { return goodServer(request) }
        return .json(#"{"data":{"total":"\#(password)","dataList":[{"a":1}]},"error":"success"}"#)
    }

    /// The tokens of before, after they were replaced, and the password that was not sent since.
    private static let repeatsWhatItSentBefore: @Sendable (DoorServer.Request) -> Reply = { request in
        if request.path == "/token" {
            let number = request.body.contains("grant_type=password") ? 1 : 2
            return .token("access-\(marker)\(number)", refresh: "refresh-\(marker)\(number)")
        }
        if request.head.contains("access-\(marker)1") { return .error("unauthorized", "no") }
        return .error("odd", "access-\(marker)1, refresh-\(marker)1, \(password)")
    }

    /// All that the server was sent, as it stands in a JSON string.
    private static func echo(_ request: DoorServer.Request) -> String {
        (request.head + " " + request.body).replacingOccurrences(of: "\n", with: " ")
    }
}

/// Wrong settings, and passwords that cannot be had, are told without the secret in them.
@Suite struct DoorsSettingsTests {
    static let secret = DoorsSecretsTests.marker + "hush"

    @Test(
        arguments: [
            (["password_command": "echo \(secret); echo \(secret) >&2; exit 3"], "exit status 3"),
            (["password_command": "echo \(secret); echo \(secret)"], "more than one line"),
            (["password_command": "[/bin/sh, -c, 'echo \(secret); kill -9 $$', \(secret)]"], "signal 9"),
            (["password_command": "[no-such-program, \(secret)]"], "is not there"),
            (["password_command": "while true; do echo \(secret); done"], "writes more than 4098 bytes"),
            (["password": secret], "there is no password"),
            (["password_env": "NO_SUCH_VARIABLE"], "is not set"),
            (
                ["password_env": "OCTOPARSE_PASSWORD", "base_url": "http://user:\(secret)@localhost"],
                "holds a user name"
            ),
            (["password_env": "OCTOPARSE_PASSWORD", "base_url": "http://localhost/?token=\(secret)"], "a query"),
            (["password_env": "OCTOPARSE_PASSWORD", "base_url": "\"http://localhost\\t\(secret)\""], "is no address"),
            (["password_file": "secret.txt"], "more than one line"),
        ] as [([String: String], String)])
    func whatIsWrongIsToldWithoutTheSecret(settings: [String: String], reason: String) async throws {
        var program = try Program(password: Self.secret)
        program.variables["OCTOPARSE_USERNAME"] = nil
        try Files.write("\(Self.secret)\n\(Self.secret)\n", to: "\(program.folder.path)/jobs/secret.txt")
        var lines = ["default:", "  username: sandbox"]
        if settings["base_url"] == nil { lines.append("  base_url: http://127.0.0.1:9") }
        lines += settings.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
        try Files.write(lines.joined(separator: "\n") + "\n", to: "\(program.folder.path)/jobs/accounts.yaml")
        for format in ["text", "json"] {
            let run = try await program.run("tasks", "--log-level", "trace", "--log-format", format)
            #expect(run.status == 78, "\(run.errors)")
            #expect(run.errors.contains(reason), "\(run.errors)")
            #expect(!run.errors.contains(Self.secret), "\(run.errors)")
            #expect(!run.output.contains(Self.secret))
        }
    }

    @Test func aCommandGivenAsAListSeesNoShell() async throws {
        let server: @Sendable (DoorServer.Request) -> Reply = { request in
            request.path == "/token" ? .token("access", refresh: "refresh") : .json(#"{"data":[]}"#)
        }
        try await DoorServer.with(server) { server in
            var program = try Program(baseURL: server.baseURL)
            program.variables["OCTOPARSE_USERNAME"] = nil
            let accounts = """
                default:
                  username: u
                  base_url: \(server.baseURL)
                  password_command: [printf, "%s", "$(touch pwned);`touch pwned`"]
                shell:
                  username: u
                  base_url: \(server.baseURL)
                  password_command: printf %s "$((40 + 2))"
                """
            try Files.write(accounts, to: "\(program.folder.path)/jobs/accounts.yaml")
            let list = try await program.run("tasks")
            #expect(list.status == 0, "\(list.errors)")
            #expect(
                server.requests.first?.body.contains("password=%24%28touch%20pwned%29%3B%60touch%20pwned%60&") == true)
            #expect(!FileManager.default.fileExists(atPath: "\(program.folder.path)/pwned"))
            try FileManager.default.removeItem(atPath: "\(program.folder.path)/state")
            #expect(try await program.run("tasks", "--account", "shell").status == 0)
            #expect(server.requests.last { $0.path == "/token" }?.body.contains("password=42&") == true)
        }
    }
}

/// One folder, many runs, and all that they wrote and showed.
private struct SecretiveRun {
    var program: Program
    private var told: [(command: String, text: String)] = []
    private var servers = 0

    init(program: Program) {
        self.program = program
    }

    mutating func against(
        _ answer: @escaping @Sendable (DoorServer.Request) -> Reply, _ body: (inout SecretiveRun) async throws -> Void
    ) async throws {
        var copy = self
        copy.servers += 1
        // A vault is one host's.
        copy.program.variables["OCTOVAULT_VAULT"] = "\(program.folder.path)/vault-\(copy.servers)"
        let requests = try await DoorServer.with(answer) { server in
            copy.program.variables["OCTOPARSE_BASE_URL"] = server.baseURL
            try await body(&copy)
            return server.requests
        }
        self = copy
        #expect(requests.contains { ($0.head + $0.body).contains(DoorsSecretsTests.marker) }, "the secret was sent")
    }

    func forgetTokens() throws {
        try? FileManager.default.removeItem(atPath: "\(program.folder.path)/state/octovault/tokens")
    }

    /// - Parameter status: what the command has to end with; nil for any.
    mutating func expect(_ status: Int32?, _ arguments: [String]) async throws {
        let (outcome, sight) = try await program.runWatched(arguments)
        let command = arguments.joined(separator: " ")
        if let status { #expect(outcome.status == status, "\(command): \(outcome.errors)") }
        told += [(command, outcome.output), (command, outcome.errors)] + sight.commandLines.map { (command, $0) }
    }

    func check() throws {
        for (command, text) in told {
            #expect(!text.contains(DoorsSecretsTests.marker), "\(command): \(text)")
        }
        #expect(told.contains { $0.text.contains("token") }, "the log was loud")
        var names: [String] = []
        for name in program.folder.allFiles() where !name.hasPrefix("state/octovault/tokens/") {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(program.folder.path)/\(name)"))
            #expect(bytes.range(of: Data(DoorsSecretsTests.marker.utf8)) == nil, "\(name)")
            names.append(name)
        }
        #expect(
            names.contains("vault-1/catalog.sqlite") && names.contains { $0.hasSuffix(".manifest.json") }, "\(names)")
    }
}

enum Files {
    static func write(_ text: String, to path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
}
