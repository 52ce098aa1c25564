import Foundation
import Sandbox
import StorageTime
import TestSupport
import Testing

/// A zone that is wrong, or not set, seals nothing that has not happened and hides no age.
@Suite(.timeLimit(.minutes(60))) struct ZoneTests {
    /// A server in UTC that stores a row an hour, and none within the last `silence` hours.
    private static func fill(_ store: SandboxStore, silentFor silence: Int) -> StorageInstant {
        let now = StorageClock(timeZone: .gmt).storageTime(at: Date())
        for hour in silence..<60 {
            store.insert(task: "zones", row: #"{"n":"\#(hour)"}"#, at: now.advanced(by: -hour * 3600 - 60))
        }
        return now
    }

    private static func program(_ baseURL: String, zone: String?) throws -> Program {
        var program = try Program(baseURL: baseURL)
        program.variables["OCTOPARSE_TIME_ZONE"] = zone
        return program
    }

    private static let configuration = SandboxConfiguration(tasks: [TaskSpecification(id: "zones")])
    private static let backfill = ["backfill", "zones", "--window", "1h", "--settle", "0s", "--from", "2d", "--json"]

    /// By the zone of Tokyo nine hours are past that the server's clock has not come to.
    @Test func hoursThatTheServerHasNotReachedAreLeftOpen() async throws {
        try await withSandbox(Self.configuration) { baseURL, store in
            let now = Self.fill(store, silentFor: 0)
            let program = try Self.program(baseURL, zone: "Asia/Tokyo")
            let summary = try await program.run(Self.backfill)
            #expect(summary.status == 0, "\(summary.errors)")
            #expect(try #require(try summary.json()["open"] as? Int) >= 8, "\(summary.output)")
            #expect(summary.errors.contains("octovault probe zones"))
            let status = try #require(try await program.run("status", "--json").jsonLines().first)
            let covered = try StorageInstant(parsing: try #require(status["to"] as? String))
            #expect(covered <= now.advanced(by: 3600), "\(covered)")
            // What is right is taken then.
            var right = program
            right.variables["OCTOPARSE_TIME_ZONE"] = "UTC"
            store.insert(task: "zones", row: #"{"n":"new"}"#, at: now)
            #expect(try await right.run(Self.backfill).status == 0)
            #expect(try await right.run("restore", "zones", "--allow-gaps", "--format", "ndjson").lines.count >= 47)
        }
    }

    @Test func aZoneThatRowsVouchForTakesAllThatIsPast() async throws {
        try await withSandbox(Self.configuration) { baseURL, store in
            let now = Self.fill(store, silentFor: 0)
            let program = try Self.program(baseURL, zone: "UTC")
            let summary = try await program.run(Self.backfill)
            let open = try #require(try summary.json()["open"] as? Int)
            #expect(summary.status == 0 && open <= 1, "\(summary.output)")
            let status = try #require(try await program.run("status", "--json").jsonLines().first)
            let covered = try StorageInstant(parsing: try #require(status["to"] as? String))
            #expect(now.seconds - covered.seconds <= 3600 * 2)
        }
    }

    @Test func withoutAZoneAnAgeIsTheMostThatItMayBe() async throws {
        try await withSandbox(Self.configuration) { baseURL, store in
            _ = Self.fill(store, silentFor: 0)
            let program = try Self.program(baseURL, zone: nil)
            #expect(try await program.run(Self.backfill).status == 0)
            let status = try #require(try await program.run("status", "--json").jsonLines().first)
            let age = try #require(status["freshness"] as? Int)
            #expect(age > 20 * 3600, "covered up to twelve hours ago at best: \(age)")
            let old = try await program.run("status", "--max-age", "13h")
            #expect(old.status == 65 && old.errors.contains("no time zone is set"), "\(old.errors)")
        }
    }
}
