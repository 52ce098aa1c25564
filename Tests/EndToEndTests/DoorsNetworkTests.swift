import Foundation
import NIOSSL
import TestSupport
import Testing

/// Who is spoken to: the account's server, proven by its certificate, and nobody that it sends us to.
@Suite struct DoorsNetworkTests {
    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/tls").path
    static let range = ["--from", "2020-01-01", "--to", "2020-01-02"]

    @Test(arguments: ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"])
    func credentialsNeverFollowARedirect(status: String) async throws {
        try await Self.redirect(status, only: "/token")
        try await Self.redirect(status, only: "/api/taskgroup")
    }

    private static func redirect(_ status: String, only path: String) async throws {
        try await DoorServer.with({ _ in .token("stolen", refresh: "stolen") }) { thief in
            let answer: @Sendable (DoorServer.Request) -> Reply = { [target = thief.baseURL] request in
                request.path == path
                    ? .json("", status: status, headers: ["Location: \(target)\(path)"])
                    : .token("access", refresh: "refresh")
            }
            try await DoorServer.with(answer) { server in
                let run = try await Program(baseURL: server.baseURL).run("tasks", "--log-level", "debug")
                #expect(run.status == 69, "\(run.errors)")
                #expect(run.errors.contains("is not followed"), "\(run.errors)")
                #expect(server.requests.last?.path == path)
            }
            #expect(thief.connections == 0, "not a byte, not even a connection")
        }
    }

    @Test func aSelfSignedCertificateIsRefusedBeforeAWordIsSaid() async throws {
        try await Self.overTLS { server, program in
            let run = try await program.run("tasks")
            #expect(run.status == 69, "\(run.errors)")
            #expect(run.errors.contains("certificate verify failed"), "\(run.errors)")
            #expect(run.errors.contains("ca_file"))
            #expect(server.connections > 0 && server.requests.isEmpty)
        }
    }

    @Test(arguments: ["SSL_CERT_FILE", "OCTOPARSE_CA_FILE"])
    func anAuthorityOfOnesOwnIsTrustedByAVariable(variable: String) async throws {
        try await Self.overTLS { server, program in
            var program = program
            program.variables[variable] = "\(Self.fixtures)/certificate.pem"
            let run = try await program.run("tasks")
            #expect(run.status == 0, "\(run.errors)")
            #expect(server.requests.first?.path == "/token")
        }
    }

    @Test func anAuthorityOfOnesOwnIsTrustedByTheAccount() async throws {
        try await Self.overTLS { server, program in
            var program = program
            program.variables["OCTOPARSE_USERNAME"] = nil
            let accounts = """
                default: {username: u, base_url: "\(server.baseURL)", password_env: OCTOPARSE_PASSWORD, ca_file: own.pem}
                without: {username: u, base_url: "\(server.baseURL)", password_env: OCTOPARSE_PASSWORD}
                """
            try Files.write(accounts, to: "\(program.folder.path)/jobs/accounts.yaml")
            let certificate = try String(contentsOfFile: "\(Self.fixtures)/certificate.pem", encoding: .utf8)
            try Files.write(certificate, to: "\(program.folder.path)/jobs/own.pem")
            let run = try await program.run("tasks")
            #expect(run.status == 0, "\(run.errors)")
            #expect(try await program.run("tasks", "--account", "without").status == 69, "and for that account alone")
        }
    }

    private static func overTLS(_ body: @Sendable (DoorServer, Program) async throws -> Void) async throws {
        let certificate = try NIOSSLCertificate.fromPEMFile("\(fixtures)/certificate.pem")
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: certificate.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: "\(fixtures)/key.pem", format: .pem))))
        let answer: @Sendable (DoorServer.Request) -> Reply = { request in
            request.path == "/token" ? .token("access", refresh: "refresh") : .json(#"{"data":[]}"#)
        }
        try await DoorServer.with(tls: context, answer) { server in
            try await body(server, try Program(baseURL: server.baseURL))
        }
    }
}
