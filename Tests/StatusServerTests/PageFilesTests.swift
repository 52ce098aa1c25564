import Foundation
import Operations
import TestSupport
import Testing

@testable import StatusServer

/// The site as files is the site that is served.
@Suite struct PageFilesTests {
    @Test func everyFilesLinksLeadToFiles() throws {
        let vault = try GeneratedVault.small()
        try vault.add("..", hours: 2)
        try vault.add(String(repeating: "long/", count: 100), hours: 2)
        let folder = try TemporaryFolder()
        let count = try PageFiles(reader: vault.reader, version: "1").write(to: "\(folder.path)/site", now: testNow)
        let files = folder.allFiles()
        #expect(files.count == count, "\(files)")
        #expect(
            Set(["site/index.html", "site/style.css", "site/metrics", "site/api/status", "site/runs/index.html"])
                .isSubset(of: Set(files)))
        for file in files where file.hasSuffix(".html") {
            let text = try String(contentsOfFile: "\(folder.path)/\(file)", encoding: .utf8)
            let base = URL(fileURLWithPath: "\(folder.path)/\(file)")
            for address in Markup(text).addresses where !address.hasPrefix("#") {
                let target = try #require(URL(string: address, relativeTo: base))
                #expect(FileManager.default.fileExists(atPath: target.path), "\(file): \(address)")
                #expect(target.standardizedFileURL.path.hasPrefix("\(folder.path)/site/"), "\(file): \(address)")
            }
        }
        #expect(!files.contains { $0.hasSuffix(".partial") })
    }

    @Test func writingAgainReplacesEachFile() throws {
        let vault = try GeneratedVault.shared()
        let folder = try TemporaryFolder()
        _ = try PageFiles(reader: vault.reader, version: "1").write(to: folder.path, now: testNow)
        let before = folder.allFiles()
        _ = try PageFiles(reader: vault.reader, version: "1").write(to: folder.path, now: testNow)
        #expect(folder.allFiles() == before)
    }

    @Test func aFolderThatCannotBeMadeIsAnError() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: "\(folder.path)/file"))
        let vault = try GeneratedVault.shared()
        #expect(throws: Problem.self) {
            try PageFiles(reader: vault.reader, version: "1").write(to: "\(folder.path)/file/site", now: testNow)
        }
    }

    @Test func aFileIsWrittenWholeOrNotAtAll() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: "\(folder.path)/taken", withIntermediateDirectories: true)
        #expect(throws: Problem.self) { try WholeFile.write("x", to: "\(folder.path)/taken") }
        #expect(throws: Problem.self) { try WholeFile.write("x", to: "\(folder.path)/none/file") }
        #expect(folder.allFiles().isEmpty)
        try WholeFile.write("x", to: "\(folder.path)/file")
        try WholeFile.write("y", to: "\(folder.path)/file")
        #expect(try String(contentsOfFile: "\(folder.path)/file", encoding: .utf8) == "y")
    }
}
