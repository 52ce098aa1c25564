import Catalog
import Foundation
import Testing

@Suite struct CatalogMembersTests {
    private func at(_ seconds: Int) -> Date { testNow.addingTimeInterval(Double(seconds)) }

    @Test func theFirstListingHasNothingNew() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        let change = try catalog.record(members: [("b", "B"), ("a", "A"), ("b", "again")], of: "job", at: testNow)
        #expect(change.isEmpty)
        #expect(
            try catalog.members(of: "job") == [
                MemberRecord(task: "a", name: "A", firstSeen: testNow, lastSeen: testNow),
                MemberRecord(task: "b", name: "B", firstSeen: testNow, lastSeen: testNow),
            ])
        #expect(try catalog.members(of: "other").isEmpty)
    }

    @Test func newAndVanishedTasksAreToldOnceEach() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        try catalog.record(members: [("a", "A"), ("b", "B")], of: "job", at: testNow)
        let change = try catalog.record(members: [("c", "C"), ("a", "A2")], of: "job", at: at(60))
        #expect(change.new == [MemberRecord(task: "c", name: "C", firstSeen: at(60), lastSeen: at(60))])
        #expect(
            change.vanished == [
                MemberRecord(task: "b", name: "B", firstSeen: testNow, lastSeen: testNow, goneAt: at(60))
            ]
        )
        #expect(try catalog.record(members: [("c", "C"), ("a", "A2")], of: "job", at: at(120)).isEmpty)
        let members = try catalog.members(of: "job")
        #expect(members.map(\.task) == ["a", "b", "c"])
        #expect(members.map(\.name) == ["A2", "B", "C"])
        #expect(members.map(\.lastSeen) == [at(120), testNow, at(120)])
        #expect(members.map(\.goneAt) == [nil, at(60), nil])
    }

    @Test func aTaskThatComesBackIsNewAndKeepsItsFirstDay() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        try catalog.record(members: [("a", "A")], of: "job", at: testNow)
        #expect(try catalog.record(members: [], of: "job", at: at(60)).vanished.map(\.task) == ["a"])
        #expect(
            try catalog.record(members: [], of: "job", at: at(90)).isEmpty, "an empty listing tells it once as well")
        let change = try catalog.record(members: [("a", "A")], of: "job", at: at(120))
        #expect(change.new.map(\.firstSeen) == [testNow])
        #expect(try catalog.members(of: "job").map(\.goneAt) == [nil])
    }

    @Test func jobsDoNotShareTheirMembers() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        try catalog.record(members: [("a", "A")], of: "one", at: testNow)
        try catalog.record(members: [("b", "B")], of: "two", at: testNow)
        #expect(try catalog.record(members: [("a", "A")], of: "one", at: at(60)).isEmpty)
        #expect(try catalog.members(of: "two").map(\.task) == ["b"])
    }

    @Test func membersOutliveARebuildAndAReopening() throws {
        let scratch = try Scratch()
        let catalog = try scratch.open()
        try catalog.record(members: [("a", "A")], of: "job", at: testNow)
        try catalog.rebuild { _ in }
        try catalog.close()
        #expect(try scratch.open().members(of: "job").map(\.task) == ["a"])
    }
}
