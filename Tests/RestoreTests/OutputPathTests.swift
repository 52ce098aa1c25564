import Archive
import Foundation
import TestSupport
import Testing

@testable import Restore

/// Wherever an output goes, it arrives whole, and nothing is written into what others made.
@Suite struct OutputPathTests {
    private func write(_ text: String, to path: String) throws {
        let sink = try FileSink(path: path)
        try sink.write(all: Array(text.utf8))
        try sink.finish()
    }

    @Test(arguments: [1, 200, 243, 244, 251, 252, 255])
    func aNameMayBeAsLongAsTheFileSystemAllows(length: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/" + String(repeating: "n", count: length)
        try write("rows", to: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "rows")
        let database = try SQLiteFile(path: path)
        _ = try database.table(of: "t", columns: ["a"])
        _ = try database.finish()
        #expect(try SQLiteReader(path).rows("SELECT count(*) FROM t") == [["0"]])
        #expect(folder.allFiles().count == 1)
    }

    @Test func aNameOfManyByteCharactersIsCutBetweenThem() {
        let name = String(repeating: "é😀", count: 42)
        let partial = PathText.name(of: PartialFile.path(for: "/f/\(name)"))
        #expect(partial.utf8.count <= 110)
        #expect(partial.hasSuffix(".partial"))
        #expect(PartialFile.path(for: "/f/a") != PartialFile.path(for: "/f/a"))
    }

    /// What somebody put in the way of a file of ours is not written into, whatever it is.
    @Test func whatIsInTheWayOfANewFileIsReplacedAndNotWrittenInto() throws {
        let folder = try TemporaryFolder()
        let (path, other) = (folder.path + "/new", folder.path + "/other")
        let files = DiskFiles()
        for plant in ["file", "hard link", "link", "pipe"] {
            try Data("theirs".utf8).write(to: URL(fileURLWithPath: other))
            try files.remove(path)
            switch plant {
            case "file": try Data("planted".utf8).write(to: URL(fileURLWithPath: path))
            case "hard link": #expect(link(other, path) == 0)
            case "link": #expect(symlink(other, path) == 0)
            default: #expect(mkfifo(path, 0o600) == 0)
            }
            let held = open(path, O_RDONLY | O_NONBLOCK)
            defer { close(held) }
            let writer = try files.create(path)
            try writer.write(all: Array("ours".utf8))
            try writer.close()
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "ours")
            #expect(try String(contentsOfFile: other, encoding: .utf8) == "theirs")
            var seen = [UInt8](repeating: 0, count: 16)
            let count = read(held, &seen, seen.count)
            #expect(!seen.prefix(max(0, count)).elementsEqual(Array("ours".utf8)), "\(plant)")
        }
    }

    @Test func aNamedPipeTakesEverythingHoweverSlowItIsRead() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let (read, continuation) = AsyncStream<[UInt8]>.makeStream()
        Thread.detachNewThread {
            let data = FileHandle(forReadingAtPath: path)?.readDataToEndOfFile() ?? Data()
            continuation.yield(Array(data))
            continuation.finish()
        }
        do {
            let sink = try FileSink(path: path)
            try sink.write(all: bytes)
            try sink.finish()
        }
        var iterator = read.makeAsyncIterator()
        #expect(await iterator.next() == bytes)
        #expect(folder.allFiles() == ["pipe"])
    }

    @Test(arguments: ["/dev/fd/N", "/proc/self/fd/N", "/dev/../dev/fd/N", "link"])
    func anOpenDescriptorIsWrittenFromWhereItStands(form: String) throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/out"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        #expect(Foundation.write(descriptor, "head\n", 5) == 5)
        var path = form.replacing("N", with: "\(descriptor)")
        if form == "link" {
            path = folder.path + "/link"
            #expect(symlink("/dev/fd/\(descriptor)", path) == 0)
        }
        #expect(OpenOutput.descriptor(named: path) == descriptor)
        try write("rows\n", to: path)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "head\nrows\n")
    }

    @Test(
        arguments: [
            ("/dev/stdout", 1), ("/dev/stderr", 2), ("/dev/fd/1", 1), ("/dev/null", nil), ("rows.csv", nil), ("-", nil),
        ] as [(String, Int32?)])
    func descriptorsAreKnownByTheirNames(path: String, number: Int32?) {
        #expect(OpenOutput.descriptor(named: path) == number)
    }

    @Test(arguments: ["/dev/fd/1000000", "/dev/fd/99999999999999"])
    func aDescriptorThatIsNotOpenIsAnError(path: String) {
        let error = #expect(throws: RestoreError.self) { try FileSink(path: path) }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message.contains(path) == true)
    }
}
