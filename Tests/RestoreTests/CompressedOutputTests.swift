import Foundation
import Gzip
import TestSupport
import Testing

@testable import Restore

@Suite struct CompressedOutputTests {
    private static let texts: [RestoreFormat] = [.csv, .tsv, .ndjson, .json]

    @Test(arguments: Sampling.some(2, of: texts))
    func compressedIsTheSameText(format: RestoreFormat) async throws {
        let vault = try Fixture()
        let padding = String(repeating: "x", count: 6000)
        var snapshots: [StoredSnapshot] = []
        for day in 1...3 {
            let rows = (0..<80).map { #"{"n":"\#(day)-\#($0)","p":"\#(padding)"}"# }
            snapshots.append(try vault.publish([rows], Fixture.day(day)))
        }
        let plain = try await vault.restore(snapshots, try RestoreOptions(format: format))
        let sink = MemorySink()
        let plan = try RestorePlan(RestoreRequest(task: vault.task), snapshots: snapshots)
        let receipt = try await Restorer(files: vault.files).restore(
            plan, try RestoreOptions(format: format, gzip: true), to: sink)
        #expect(try inflate(sink.bytes) == plain.text)
        #expect(receipt.bytesOut == sink.bytes.count)
        #expect(sink.bytes.count < plain.text.utf8.count / 10)
    }

    @Test(arguments: zip(texts, ["\n", "\n", "", "[]\n"]))
    func noRowsAreGzipToo(format: RestoreFormat, text: String) async throws {
        let vault = try Fixture()
        let plan = try RestorePlan(
            RestoreRequest(task: vault.task), snapshots: [try vault.publish([], Fixture.day(1))])
        let sink = MemorySink()
        _ = try await Restorer(files: vault.files).restore(
            plan, try RestoreOptions(format: format, gzip: true), to: sink)
        #expect(sink.bytes.prefix(2) == [0x1F, 0x8B])
        #expect(try inflate(sink.bytes) == text)
    }

    private func inflate(_ bytes: [UInt8]) throws -> String {
        var text: [UInt8] = []
        var decoder = try GzipDecoder()
        try bytes.withUnsafeBytes { try decoder.feed($0) { text.append(contentsOf: $0) } }
        try decoder.finish()
        return String(decoding: text, as: UTF8.self)
    }
}
