import Foundation
import TestSupport
import Testing

/// The program's number is said in one place, and `--version` tells it and what the program is made of.
@Suite struct VersionTests {
    @Test(arguments: [["--version"], ["status", "--version"], ["--version", "--json"]])
    func theFirstLineIsTheNumberAlone(arguments: [String]) async throws {
        let outcome = try await Program().run(arguments)
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(
            try #require(outcome.lines.first).wholeMatch(of: #/[0-9]+\.[0-9]+\.[0-9]+/#) != nil, "\(outcome.output)")
        for (line, name) in zip(outcome.lines.dropFirst(), ["commit", "gzip", "SQLite", "rclone"]) {
            #expect(line.hasPrefix("\(name) "), "\(line)")
        }
        #expect(outcome.lines.count == 5)
        #expect(outcome.output.contains("zlib 1."))
    }

    @Test func rcloneIsTheProgramThatCopiesGoBy() async throws {
        var program = try Program()
        program.variables["PATH"] = "\(program.folder.path)/none:\(program.folder.path)/bin"
        #expect(try await program.run("--version").output.contains("rclone  not found"))
        try FileManager.default.createDirectory(
            atPath: "\(program.folder.path)/bin/rclone", withIntermediateDirectories: true)
        #expect(try await program.run("--version").output.contains("rclone  not found"))
        let own = "\(program.folder.path)/bin/own"
        #expect(FileManager.default.createFile(atPath: own, contents: Data(), attributes: [.posixPermissions: 0o755]))
        for name in ["own", own] {
            program.variables["OCTOVAULT_RCLONE"] = name
            #expect(try await program.run("--version").output.contains("rclone  \(own)"))
        }
    }

    @Test func noOtherSourceSaysANumber() throws {
        let root = "\(HandbookPage.repository)/Sources"
        var saying: [String] = []
        for case let path as String in FileManager.default.enumerator(atPath: root) ?? .init() {
            guard path.hasSuffix(".swift") else { continue }
            let text = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
            let code = text.split(separator: "\n").filter { !$0.contains("//") }.joined(separator: "\n")
            if code.contains(#/"[0-9]+\.[0-9]+\.[0-9]+"/#) { saying.append(path) }
        }
        #expect(saying == ["Records/ProgramVersion.swift"])
    }

    @Test func theNewestNumberInTheChangesIsTheOneTold() async throws {
        let page = try HandbookPage("contrib/handbook/CHANGELOG.md")
        let newest = try #require(page.text.firstMatch(of: #/(?m)^## ([0-9.]+)/#)).1
        #expect(try await Program().run("--version").lines.first == String(newest))
    }
}
