import Archive
import Foundation
import TestSupport
import Testing

/// What every implementation of the seam promises, on the real disk and in memory.
@Suite struct FilesContractTests {
    enum Kind: CaseIterable { case disk, memory }

    /// An implementation, and a folder of its own there.
    struct Place {
        let files: any Files
        let root: String
        let folder: TemporaryFolder?

        init(_ kind: Kind) throws {
            folder = kind == .disk ? try TemporaryFolder() : nil
            files = kind == .disk ? DiskFiles() : MemoryFiles()
            root = folder?.path ?? "/root"
            if kind == .memory { try files.makeFolder(root) }
        }

        func text(_ name: String) throws -> String {
            String(decoding: try files.read("\(root)/\(name)", limit: 1000), as: UTF8.self)
        }

        func write(_ text: String, to name: String) throws { try files.write(Array(text.utf8), to: "\(root)/\(name)") }
    }

    @Test(arguments: Kind.allCases) func whatWasWrittenIsRead(kind: Kind) throws {
        let place = try Place(kind)
        let writer = try place.files.create("\(place.root)/a")
        try writer.write(all: Array("one ".utf8))
        try writer.write(all: [])
        try writer.write(all: Array("two".utf8))
        try writer.synchronize()
        try writer.close()
        try writer.close()
        #expect(throws: ArchiveError.self) { try writer.write(all: [1]) }
        #expect(try place.text("a") == "one two")
        #expect(try place.files.status("\(place.root)/a")?.size == 7)
        #expect(try place.files.status("\(place.root)/a")?.kind == .file)
        try place.write("x", to: "a")
        #expect(try place.text("a") == "x")
    }

    @Test(arguments: Kind.allCases) func readingAtAnOffsetStopsAtTheEnd(kind: Kind) throws {
        let place = try Place(kind)
        try place.write("0123456789", to: "a")
        let reader = try place.files.open("\(place.root)/a")
        #expect(try reader.size() == 10)
        var bytes = [UInt8](repeating: 0, count: 4)
        #expect(try bytes.withUnsafeMutableBytes { try reader.read(at: 3, into: $0) } == 4)
        #expect(bytes == Array("3456".utf8))
        #expect(try bytes.withUnsafeMutableBytes { try reader.read(at: 8, into: $0) } == 2)
        #expect(try bytes.withUnsafeMutableBytes { try reader.read(at: 30, into: $0) } == 0)
    }

    @Test(arguments: Kind.allCases) func aRemovedFileThatIsOpenIsReadWhole(kind: Kind) throws {
        let place = try Place(kind)
        try place.write("still here", to: "a")
        let reader = try place.files.open("\(place.root)/a")
        try place.files.remove("\(place.root)/a")
        var bytes = [UInt8](repeating: 0, count: 10)
        #expect(try bytes.withUnsafeMutableBytes { try reader.read(at: 0, into: $0) } == 10)
    }

    @Test(arguments: Kind.allCases) func replacingTakesTheNameAndMovingNever(kind: Kind) throws {
        let place = try Place(kind)
        try place.write("new", to: "b")
        try place.write("old", to: "a")
        try place.files.replace("\(place.root)/a", with: "\(place.root)/b")
        #expect(try place.text("a") == "new")
        try place.write("other", to: "c")
        let error = #expect(throws: ArchiveError.self) {
            try place.files.move("\(place.root)/c", to: "\(place.root)/a")
        }
        #expect(error?.code == .nameTaken)
        #expect(try place.text("a") == "new")
        #expect(try place.text("c") == "other")
        try place.files.move("\(place.root)/c", to: "\(place.root)/d")
        #expect(try place.files.list(place.root) == ["a", "d"])
    }

    @Test(arguments: Kind.allCases) func foldersAreMadeOnceAndListedInOrder(kind: Kind) throws {
        let place = try Place(kind)
        #expect(try place.files.makeFolder("\(place.root)/x"))
        #expect(try !place.files.makeFolder("\(place.root)/x"))
        #expect(try place.files.makeFolders("\(place.root)/x/y/z") == ["\(place.root)/x/y", "\(place.root)/x/y/z"])
        #expect(try place.files.makeFolders("\(place.root)/x/y/z").isEmpty)
        for name in ["b", "B", "é", "a"] { try place.write("", to: name) }
        #expect(try place.files.list(place.root) == ["B", "a", "b", "x", "é"])
        #expect(try place.files.status("\(place.root)/x")?.kind == .folder)
        try place.files.synchronize(folder: place.root)
    }

    @Test(arguments: Kind.allCases) func whatIsNotThereIsSaidSo(kind: Kind) throws {
        let place = try Place(kind)
        let path = "\(place.root)/none"
        #expect(try place.files.status(path) == nil)
        try place.files.remove(path)
        for call in [{ _ = try place.files.open(path) }, { _ = try place.files.list(path) }] {
            let error = #expect(throws: ArchiveError.self) { try call() }
            #expect(error?.code == .notFound)
            #expect(error?.message.contains(path) == true)
        }
        let calls: [() throws -> Void] = [
            { _ = try place.files.create("\(path)/file") }, { _ = try place.files.makeFolder("\(path)/folder") },
            { try place.files.replace("\(place.root)/a", with: path) },
            { try place.files.move(path, to: "\(place.root)/a") },
            { try place.files.synchronize(folder: path) },
        ]
        for call in calls {
            let error = #expect(throws: ArchiveError.self) { try call() }
            #expect(error?.code == .cannotWrite)
        }
    }

    @Test(arguments: Kind.allCases) func changingAFolderMovesItsTime(kind: Kind) throws {
        let place = try Place(kind)
        let before = try #require(try place.files.status(place.root)?.modified)
        try place.write("", to: "a")
        #expect(try #require(try place.files.status(place.root)?.modified) >= before)
    }

    @Test func aLargeFileIsRefusedBeforeItIsRead() throws {
        let place = try Place(.disk)
        try place.write("0123456789", to: "a")
        let error = #expect(throws: ArchiveError.self) { try place.files.read("\(place.root)/a", limit: 9) }
        #expect(error?.code == .cannotRead)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"))) func aFullDiskIsNamed() throws {
        let writer = try DiskFiles().create("/dev/full")
        let error = #expect(throws: ArchiveError.self) { try writer.write(all: [1, 2, 3]) }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message == "cannot write /dev/full: the disk is full")
        #expect(error?.hint?.contains("free some space") == true)
    }

    @Test func filesAndFoldersGetTheUsualPermissions() throws {
        let place = try Place(.disk)
        try place.write("", to: "a")
        try place.files.makeFolder("\(place.root)/x")
        for (name, most) in [("a", 0o644), ("x", 0o755)] {
            let mode =
                try FileManager.default.attributesOfItem(atPath: "\(place.root)/\(name)")[.posixPermissions] as? Int
            #expect(try #require(mode) & ~most == 0)
        }
    }
}
