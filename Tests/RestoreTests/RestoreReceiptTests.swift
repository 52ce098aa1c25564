import Archive
import Foundation
import StorageTime
import TestSupport
import Testing

@testable import Restore

@Suite struct RestoreReceiptTests {
    @Test func theReceiptStatesWhatWasReadAndWritten() async throws {
        let vault = try Fixture()
        let snapshots = [
            try vault.publish([[#"{"a \"q\"":"\ud800\u0000","b":1}"#]], Fixture.day(1)),
            try vault.publish([], Fixture.day(2)),
            try vault.publish([[#"{"b":2}"#], [#"{"b":3}"#]], Fixture.day(4)),
        ]
        let (_, receipt) = try await vault.restore(snapshots, request: RestoreRequest(task: "weather", allowGaps: true))
        let bytesIn = snapshots.reduce(0) { $0 + $1.uncompressedBytes }
        #expect(
            String(decoding: receipt.encoded(), as: UTF8.self)
                == #"{"task":"weather","source":"storage-time","format":"csv","from":"2013-01-01 00:00:00","#
                + #""to":"2013-01-05 00:00:00","captured_at":null,"windows":3,"snapshots":2,"rows_in":3,"rows_out":3,"#
                + #""rows_filtered":0,"rows_deduped":0,"rows_sampled_out":0,"rows_limited":0,"#
                + #""bytes_in":\#(receipt.bytesIn),"uncompressed_bytes":\#(bytesIn),"bytes_out":\#(receipt.bytesOut),"#
                + #""columns":["a \"q\"","b"],"renamed":[],"where":[],"dedupe_by":null,"keep":null,"#
                + #""sample":null,"seed":null,"limit":null,"lone_surrogates":1,"invalid_utf8":0,"nuls":1,"#
                + #""gaps":[{"from":"2013-01-03 00:00:00","to":"2013-01-04 00:00:00"}],"pruned":[],"unproven":[],"files":[]}"#
        )
        #expect(receipt.bytesIn > 0)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(receipt.encoded())) }
    }

    @Test func eachReceiptIsWrittenAsOneLine() async throws {
        let vault = try Fixture()
        let (_, receipt) = try await vault.restore([try vault.publish([], Fixture.day(1))])
        try RestoreReceipt.write([receipt, receipt], to: "/vault/receipt.json", files: vault.files)
        #expect(
            try vault.files.read("/vault/receipt.json", limit: 10_000) == receipt.encoded() + [10] + receipt.encoded()
                + [10])
    }
}
