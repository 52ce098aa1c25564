import Foundation
import Jobs
import OctoparseAPI
import Operations
import Restore
import StorageTime
import TestSupport
import Testing

@testable import Snapshots
@testable import Vault

/// The lists of codes and exit statuses in the handbook are those of the program.
@Suite struct HandbookCodesTests {
    /// A table below a bold heading of the section "Codes": each code with the rest of its row.
    private func codes(_ heading: String) throws -> [String: [String]] {
        let text = try HandbookPage("contrib/handbook/cli.md").section("Codes").text
        let start = try #require(text.range(of: "**\(heading)**"), "\(heading)")
        let end = text[start.upperBound...].range(of: "\n**")?.lowerBound ?? text.endIndex
        let rows = HandbookPage(path: heading, text: String(text[start.upperBound..<end])).table("code")
        return Dictionary(
            uniqueKeysWithValues: rows.map { ($0[0].trimmingCharacters(in: ["`"]), Array($0.dropFirst())) })
    }

    private func expect<Code: RawRepresentable & CaseIterable & Sendable>(
        _ heading: String, lists code: Code.Type, _ status: (Code) -> Operations.ExitStatus
    ) throws where Code.RawValue == String {
        let listed = try codes(heading)
        #expect(Set(listed.keys) == Set(Code.allCases.map(\.rawValue)), "\(heading)")
        for code in Code.allCases {
            #expect(listed[code.rawValue]?.first == "\(status(code).rawValue)", "\(heading): \(code)")
        }
    }

    @Test func damageIsListedWhole() throws {
        #expect(try Set(codes("Damage").keys) == Set(Damage.Code.allCases.map(\.rawValue)))
    }

    @Test func errorsAreListedWholeWithTheStatusTheyEndWith() throws {
        try expect("Taking windows and captures", lists: SnapshotError.Code.self) {
            Problem(SnapshotError($0, "")).status
        }
        try expect("The API", lists: APIError.Code.self) { Problem(APIError($0, "")).status }
        try expect("The vault", lists: VaultError.Code.self) { Problem(VaultError($0, "")).status }
        try expect("Copies", lists: CopyError.Code.self) { Problem(CopyError($0, "")).status }
        try expect("Restoring", lists: RestoreError.Code.self) { Problem(RestoreError($0, "")).status }
    }

    @Test func codesInASentenceAreListedWhole() throws {
        let codes = Set(try HandbookPage("contrib/handbook/cli.md").section("Codes").codes)
        for code in AccountError.Code.allCases.map(\.rawValue) + JobProblem.Code.allCases.map(\.rawValue)
            + StorageTimeError.Code.allCases.map(\.rawValue)
        {
            #expect(codes.contains(code), "\(code)")
        }
    }

    @Test(arguments: ["README.md", "contrib/handbook/cli.md"])
    func everyExitStatusIsListed(path: String) throws {
        let rows = try HandbookPage(path).section("Exit statuses").table("status", "meaning")
        #expect(rows.map { $0[0] } == Operations.ExitStatus.allCases.map { "\($0.rawValue)" })
    }
}
