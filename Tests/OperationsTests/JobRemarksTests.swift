import Foundation
import Jobs
import StorageTime
import TestSupport
import Testing

@Suite struct JobRemarksTests {
    private static func remarks(_ text: String) throws -> [String] {
        let set = try JobFixture(["job": "tasks: [t]\nschedule: \"7 * * * *\"\n\(text)\n"]).set
        return try #require(set.jobs.first).remarks(now: StorageInstant(parsing: "2026-11-28"))
    }

    @Test func aGridOfSecondsOverYearsIsRemarkedWithItsNumberOfWindows() throws {
        let remarks = try Self.remarks("window: 1s\nstart: 2020-01-01")
        #expect(remarks.count == 1 && remarks[0].contains("217987200 windows of 1s"), "\(remarks)")
    }

    @Test func anOverridesGridIsRemarkedToo() throws {
        let remarks = try Self.remarks("window: 1h\nstart: 2020-01-01\noverrides: [{tasks: [t], window: 1s}]")
        #expect(remarks.count == 1, "\(remarks)")
    }

    @Test(arguments: ["window: 1h\nstart: 2013-01-01", "window: 1s\nstart: 2026-11-27", "window: 1s"])
    func whatCanBeAskedForIsNotRemarked(text: String) throws {
        #expect(try Self.remarks(text).isEmpty)
    }

    @Test func aFolderOfTooManyFilesIsRefusedByTheirNumber() throws {
        let folder = try TemporaryFolder(isInMemory: true)
        for number in 0...20_000 {
            _ = FileManager.default.createFile(atPath: "\(folder.path)/\(number).yaml", contents: nil)
        }
        let error = #expect(throws: JobFilesError.self) { try JobSet.load(path: folder.path, environment: [:]) }
        #expect(error?.problems.first?.message == "the folder holds 20001 YAML files")
    }
}
