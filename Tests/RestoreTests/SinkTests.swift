import Archive
import Foundation
import TestSupport
import Testing

@testable import Restore

@Suite struct FileSinkTests {
    @Test func theFileAppearsWholeAtTheEnd() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/out.csv"
        try Data("old".utf8).write(to: URL(fileURLWithPath: path))
        let sink = try FileSink(path: path)
        try sink.write(all: Array("new ".utf8))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        try sink.write(all: Array("rows".utf8))
        try sink.finish()
        sink.abandon()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new rows")
        #expect(folder.allFiles() == ["out.csv"])
    }

    @Test func anAbandonedFileLeavesWhatWasThere() throws {
        let folder = try TemporaryFolder()
        let sink = try FileSink(path: folder.path + "/out.csv")
        try sink.write(all: Array("half".utf8))
        sink.abandon()
        #expect(folder.allFiles() == [])
    }

    @Test func aSymbolicLinkIsFollowed() throws {
        let folder = try TemporaryFolder()
        try Data("old".utf8).write(to: URL(fileURLWithPath: folder.path + "/real.csv"))
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link.csv", withDestinationPath: "real.csv")
        let sink = try FileSink(path: folder.path + "/link.csv")
        try sink.write(all: Array("new".utf8))
        try sink.finish()
        #expect(try String(contentsOfFile: folder.path + "/real.csv", encoding: .utf8) == "new")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/link.csv") == "real.csv")
    }

    @Test func aDeviceIsWrittenAndStaysADevice() throws {
        let sink = try FileSink(path: "/dev/null")
        try sink.write(all: Array("rows".utf8))
        try sink.finish()
        #expect(try DiskFiles().status("/dev/null")?.kind == .other)
    }

    @Test(arguments: ["/no/such/folder/out.csv", "/"])
    func aPathThatCannotBeWrittenIsNamed(path: String) {
        let error = #expect(throws: RestoreError.self) { try FileSink(path: path) }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message.contains(path) == true)
    }

    @Test func theNewNameIsDurableOnceFinished() throws {
        for seed in UInt64(0)..<20 {
            let files = MemoryFiles()
            try files.makeFolders("/out")
            try files.synchronize(folder: "/")
            let sink = try FileSink(path: "/out/a.csv", files: files)
            try sink.write(all: Array("rows".utf8))
            try sink.finish()
            files.cutPower(seed: seed)
            #expect(try files.read("/out/a.csv", limit: 100) == Array("rows".utf8))
        }
    }
}

@Suite struct DescriptorSinkTests {
    @Test func aClosedPipeIsAnErrorOfItsOwn() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let sink = DescriptorSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let error = #expect(throws: RestoreError.self) { try sink.write(all: [1, 2, 3]) }
        #expect(error?.code == .outputClosed)
    }

    @Test func aFullPipeThatDoesNotBlockIsWaitedFor() async throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        // The writer blocks its thread, so the reader needs one of its own: the pool may have no other.
        let (read, continuation) = AsyncStream<[UInt8]>.makeStream()
        Thread.detachNewThread {
            continuation.yield(Array(pipe.fileHandleForReading.readDataToEndOfFile()))
            continuation.finish()
        }
        try DescriptorSink(descriptor: descriptor).write(all: bytes)
        try pipe.fileHandleForWriting.close()
        var iterator = read.makeAsyncIterator()
        #expect(await iterator.next() == bytes)
    }

    @Test func aBadDescriptorCannotBeWritten() {
        let error = #expect(throws: RestoreError.self) { try DescriptorSink(descriptor: -1).write(all: [1]) }
        #expect(error?.code == .cannotWrite)
    }
}
