import Foundation
import Records
import StorageTime
import Testing

@testable import Jobs

/// The schemas that editors read say what the program does.
@Suite struct SchemaTests {
    private func schema(_ name: String) throws -> [String: Any] {
        let data = try Data(
            contentsOf: URL(fileURLWithPath: "\(Fixture.repository)/contrib/schema/\(name).schema.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// The value at a path of keys.
    private func at(_ schema: Any?, _ path: String...) -> [String: Any] {
        path.reduce(schema) { ($0 as? [String: Any])?[$1] } as? [String: Any] ?? [:]
    }

    private func expect<Key: FileKey>(_ schema: [String: Any], has keys: Key.Type, _ name: String) {
        let properties = at(schema, "properties")
        #expect(Set(properties.keys) == Set(Key.allCases.map(\.rawValue)), "\(name)")
        #expect(schema["additionalProperties"] as? Bool == false, "\(name)")
    }

    @Test func theJobSchemaHasExactlyTheKeysThatTheReaderKnows() throws {
        let job = try schema("job")
        expect(job, has: JobKey.self, "job")
        expect(at(job, "properties", "notify"), has: NotifyKey.self, "notify")
        expect(at(job, "properties", "hooks"), has: HookKey.self, "hooks")
        expect(at(job, "definitions", "keep"), has: KeepKey.self, "keep")
        expect(at(job, "definitions", "pattern"), has: TaskPatternKey.self, "pattern")
        expect(at(job, "properties", "overrides", "items"), has: OverrideKey.self, "overrides")
        for key in RuleKey.allCases {
            #expect(JobKey(rawValue: key.rawValue) != nil && OverrideKey(rawValue: key.rawValue) != nil)
        }
    }

    @Test func theJobSchemaRefusesKeysOfWindowsForSourcesWithoutThem() throws {
        let job = try schema("job")
        let sources = at(job, "if", "properties", "source")["enum"] as? [String]
        #expect(sources == JobDefaults.sources.filter { $0 != .storageTime && $0 != .increments }.map(\.rawValue))
        for path in [["properties"], ["properties", "overrides", "items", "properties"]] {
            let refused = path.reduce(at(job, "then")) { at($0, $1) }.filter { $0.value as? Bool == false }
            #expect(Set(refused.keys) == Set(RuleKey.ofWindows.map(\.rawValue)))
        }
        // Increments are read anew after 'recheck'.
        let increments = try #require((job["allOf"] as? [[String: Any]])?.first)
        #expect(at(increments, "if", "properties", "source")["const"] as? String == RowSource.increments.rawValue)
        for path in [["properties"], ["properties", "overrides", "items", "properties"]] {
            let refused = path.reduce(at(increments, "then")) { at($0, $1) }.filter { $0.value as? Bool == false }
            #expect(Set(refused.keys) == Set(RuleKey.ofWindows.filter { $0 != .recheck }.map(\.rawValue)))
        }
    }

    @Test func theAccountSchemaHasExactlyTheKeysThatTheReaderKnows() throws {
        expect(at(try schema("accounts"), "additionalProperties"), has: AccountKey.self, "account")
    }

    @Test func theSchemasHaveTheProgramsDefaults() throws {
        let job = at(try schema("job"), "properties")
        func text(_ key: JobKey) -> String? { at(job, key.rawValue)["default"] as? String }
        func duration(_ key: JobKey) throws -> Seconds { try Seconds(parsing: text(key) ?? "") }
        #expect(text(.account) == JobDefaults.account && text(.source) == JobDefaults.source.rawValue)
        #expect(text(.timeZone) == JobDefaults.timeZone.name && text(.proof) == JobDefaults.proof.rawValue)
        #expect(text(.overlap) == JobDefaults.overlap.rawValue)
        #expect(try duration(.window) == JobDefaults.window && duration(.settle) == JobDefaults.settle)
        #expect(try duration(.recheck) == JobDefaults.recheck && duration(.timeout) == JobDefaults.timeout)
        #expect(at(job, "page_size")["default"] as? Int == JobDefaults.pageSize)
        #expect(at(job, "concurrency")["default"] as? Int == JobDefaults.concurrency)
        #expect(at(job, "recheck_rows")["default"] as? Bool == JobDefaults.recheckRows)
        let account = at(try schema("accounts"), "additionalProperties", "properties")
        #expect(at(account, "base_url")["default"] as? String == JobDefaults.baseURL)
        #expect(at(account, "requests_per_second")["default"] as? Double == JobDefaults.requestsPerSecond)
        #expect(at(account, "allow_http")["default"] as? Bool == JobDefaults.allowHTTP)
    }

    @Test func theSchemasHaveTheProgramsWordsAndBounds() throws {
        let job = at(try schema("job"), "properties")
        func words(_ schema: [String: Any], _ key: String) -> [String]? { at(schema, key)["enum"] as? [String] }
        #expect(words(job, "source") == JobDefaults.sources.map(\.rawValue))
        #expect(words(job, "proof") == Proof.choices.map(\.rawValue))
        #expect(words(job, "overlap") == Job.Overlap.allCases.map(\.rawValue))
        let account = at(try schema("accounts"), "additionalProperties", "properties")
        #expect(words(account, "api") == APIDialect.allCases.map(\.rawValue))
        #expect(words(account, "unexported") == DrainMode.allCases.map(\.rawValue))
        #expect(words(account, "interval") == AccountDraft.conventions.map(\.rawValue))
        #expect(at(account, "requests_per_second")["maximum"] as? Double == JobDefaults.greatestRate)
        #expect(at(job, "page_size")["maximum"] as? Int == JobDefaults.pageSizes.upperBound)
        #expect(at(job, "concurrency")["maximum"] as? Int == JobDefaults.concurrencies.upperBound)
    }
}
