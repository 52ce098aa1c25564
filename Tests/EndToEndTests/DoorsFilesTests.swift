import Foundation
import Subprocess
import TestSupport
import Testing

/// What lies on the disk for others to find, and what a crash leaves.
@Suite(.timeLimit(.minutes(60))) struct DoorsFilesTests {
    @Test(arguments: ["000", "022", "077", "377", "777"])
    func theTokenIsItsOwnersAloneWhateverTheMask(mask: String) async throws {
        try await DoorServer.with(Self.answer) { server in
            let program = try Program(baseURL: server.baseURL)
            let shell = ["/bin/sh", "-c", "umask \(mask); exec \"$0\" \"$@\""]
            let run = try await program.runWatched(["tasks"], wrappedBy: shell).outcome
            #expect(run.status == 0, "\(run.errors)")
            try Self.expectPrivate(program)
        }
    }

    @Test func aTokenThatOthersCouldReadIsNotUsedAgainAndClosed() async throws {
        try await DoorServer.with(Self.answer) { server in
            let program = try Program(baseURL: server.baseURL)
            #expect(try await program.run("tasks").status == 0)
            let state = "\(program.folder.path)/state/octovault"
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: "\(state)/tokens").first)
            for (path, mode) in [(state, 0o777), ("\(state)/tokens", 0o755), ("\(state)/tokens/\(name)", 0o644)] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            }
            #expect(try await program.run("tasks").status == 0)
            #expect(server.requests.filter { $0.path == "/token" }.count == 2, "the file was not trusted")
            try Self.expectPrivate(program)
            #expect(try await program.run("tasks").status == 0)
            #expect(server.requests.filter { $0.path == "/token" }.count == 2, "the new one is")
        }
    }

    @Test(arguments: [Signal.quit, .init(rawValue: SIGILL), .init(rawValue: SIGSEGV), .init(rawValue: SIGABRT)])
    func aCrashShowsNothingOfTheMemory(signal: Signal) async throws {
        try await Self.crash(signal)
    }

    /// Ends the program by a crash's signal while it holds a password and waits for the answer to it.
    private static func crash(_ signal: Signal) async throws {
        try await DoorServer.with({ _ in .silence }) { server in
            let program = try Program(baseURL: server.baseURL)
            let (run, sight) = try await program.runWatched(["tasks"]) { send in
                guard !server.requests.isEmpty else { return true }
                try send(signal)
                return false
            }
            #expect(run.status == 128 + signal.rawValue)
            #expect(!run.errors.contains("Registers") && !run.errors.contains("crashed"), "\(run.errors)")
            #expect(sight.coreLimit?.hasPrefix("0 ") == true, "\(sight.coreLimit ?? "no limit seen")")
            #expect(program.folder.allFiles() == [])
        }
    }

    private static let answer: @Sendable (DoorServer.Request) -> Reply = { request in
        request.path == "/token" ? .token("access", refresh: "refresh") : .json(#"{"data":[]}"#)
    }

    private static func expectPrivate(_ program: Program) throws {
        let files = program.folder.allFiles()
        #expect(files.count == 1 && files[0].hasPrefix("state/octovault/tokens/"), "\(files)")
        for (path, mode) in [("state/octovault", 0o700), ("state/octovault/tokens", 0o700), (files[0], 0o600)] {
            let found = try FileManager.default.attributesOfItem(atPath: "\(program.folder.path)/\(path)")
            #expect(found[.posixPermissions] as? Int == mode, "\(path)")
        }
    }
}
