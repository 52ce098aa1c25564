import Foundation
import Sandbox
import Subprocess
import TestSupport
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// A vault's folder may be anything, and belong to anybody: what cannot be used is refused with its path and the
/// reason.
@Suite struct VaultPathTests {
    static let month = ["backfill", TaskSpecification.weather.id, "--from", "2012-01-01", "--to", "2012-02-01"]

    @Test func aLinkToAVaultIsTheVault() async throws {
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL)
            #expect(try await program.run(Self.month).status == 0)
            let link = "\(program.folder.path)/link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: program.vault)
            program.variables["OCTOVAULT_VAULT"] = link
            #expect(try await program.run("verify").status == 0)
            #expect(try await program.run(Self.month).status == 0)
            program.variables["OCTOVAULT_VAULT"] = "\(program.folder.path)/dangling"
            try FileManager.default.createSymbolicLink(
                atPath: "\(program.folder.path)/dangling", withDestinationPath: "nowhere")
            let refused = try await program.run(Self.month)
            #expect(refused.status == 73 && refused.errors.contains("leads nowhere"), "\(refused.errors)")
        }
    }

    @Test(arguments: ["pipe", "file"], [["verify"], ["status"], month])
    func aPipeOrAFileIsNoVaultAndNothingWaitsForIt(kind: String, arguments: [String]) async throws {
        var program = try Program()
        let path = "\(program.folder.path)/\(kind)"
        if kind == "pipe" {
            #expect(mkfifo(path, 0o600) == 0)
        } else {
            try Data().write(to: URL(fileURLWithPath: path))
        }
        program.variables["OCTOVAULT_VAULT"] = path
        let outcome = try await program.run(arguments)
        #expect(outcome.status == (arguments == Self.month ? 73 : 78), "\(outcome.errors)")
        #expect(outcome.errors.contains(path) && outcome.errors.contains("not a folder"), "\(outcome.errors)")
    }

    /// Archives are as readable as the umask lets them be; nothing is ever writable by others, and what only this
    /// program is to open is its user's alone.
    @Test(arguments: ["000", "022", "077"])
    func nothingIsOpenToOthersBeyondReading(umask: String) async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let outcome = try await Self.run(
                program, "/bin/sh", ["-c", #"umask \#(umask); exec "$0" "$@""#, Program.path] + Self.month,
                program.variables)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let names = FileManager.default.enumerator(atPath: program.folder.path)?.compactMap { $0 as? String } ?? []
            for name in names where name.hasPrefix("vault") || name.hasPrefix("state/octovault") {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(program.folder.path)/\(name)")
                let mode = try #require(attributes[.posixPermissions] as? Int)
                let isPrivate = name.hasPrefix("vault/locks") || name.hasPrefix("state/")
                #expect(mode & (isPrivate ? 0o077 : 0o022) == 0, "\(name): \(String(mode, radix: 8))")
            }
            #expect(names.contains { $0.hasPrefix("state/octovault/tokens/") } && names.contains("vault/locks"))
        }
    }

    private static let setpriv = "/usr/bin/setpriv"
    private static let canBecomeNobody = geteuid() == 0 && FileManager.default.isExecutableFile(atPath: setpriv)

    @Test(.enabled(if: canBecomeNobody, "needs the superuser and setpriv"))
    func whatAnotherUserMayNotReadOrWriteIsRefusedWithTheReason() async throws {
        try await withSandbox(SandboxConfiguration(), Self.asNobody)
    }

    private static func asNobody(_ baseURL: String, _ store: SandboxStore) async throws {
        let program = try Program(baseURL: baseURL)
        chmod(program.folder.path, 0o755)
        #expect(try await program.run(month).status == 0)
        for name in program.folder.allFiles() where name.hasPrefix("vault") {
            chmod("\(program.folder.path)/\(name)", 0o644)
        }
        // Another's vault is read, without a trace, and not written.
        let read = try await runAsNobody(program, ["verify"])
        #expect(read.status == 0, "\(read.errors)")
        #expect(read.errors.contains("cannot be written"), "\(read.errors)")
        let write = try await runAsNobody(program, month)
        #expect(write.status == 73, "\(write.errors)")
        #expect(write.errors.contains(program.vault), "\(write.errors)")
        chmod(program.vault, 0o700)
        for arguments in [["verify"], ["status"], ["verify", "--offline", program.vault], month] {
            let refused = try await runAsNobody(program, arguments)
            #expect(refused.status == 73, "\(arguments): \(refused.errors)")
            #expect(refused.errors.contains("permission is denied"), "\(arguments): \(refused.errors)")
        }
    }

    private static func runAsNobody(_ program: Program, _ arguments: [String]) async throws -> Program.Outcome {
        var variables = program.variables
        variables["XDG_STATE_HOME"] = nil
        return try await run(
            program, setpriv, ["--reuid=65534", "--regid=65534", "--clear-groups", Program.path] + arguments, variables)
    }

    private static func run(
        _ program: Program, _ path: String, _ arguments: [String], _ variables: [String: String]
    ) async throws -> Program.Outcome {
        let result = try await Subprocess.run(
            .path(FilePath(path)), arguments: Arguments(arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) })),
            workingDirectory: "/", output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return Program.Outcome(status: status, output: result.standardOutput, errors: result.standardError)
    }
}
