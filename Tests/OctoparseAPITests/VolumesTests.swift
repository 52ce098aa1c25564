import Records
import Testing

@testable import OctoparseAPI

/// The vendor's counts of rows a day.
@Suite struct VolumesTests {
    private func volumes(_ body: String) async throws -> (days: [DayVolume], request: ScriptedServer.Request?) {
        try await withServer(
            data: [.reply(200, body)],
            configure: {
                $0.dialect = .openAPI
                $0.usesKey = true
                $0.password = { "op_sk_test" }
            }
        ) { scene in
            let days = try await scene.client.volumes(task: "t", from: "2026-11-01", to: "2026-11-02")
            return (days, scene.dataRequests.first)
        }
    }

    @Test func daysAndTheirRowsAreRead() async throws {
        let found = try await volumes(
            #"{"data":{"total":2,"data":[{"taskId":"t","dayKey":"2026-11-01","dataVolumeMetrics":"#
                + #"{"totalCollected":9,"deduplicatedVolume":7}},{"dataVolumeMetrics":{"deduplicatedVolume":"3"},"#
                + #""dayKey":"2026-11-02T00:00:00"}]},"requestId":"r"}"#)
        #expect(found.days == [DayVolume(day: "2026-11-01", rows: 7), DayVolume(day: "2026-11-02", rows: 3)])
        let body = try #require(found.request?.body)
        #expect(found.request?.path == "/taskanalytics/queries")
        #expect(body.contains(#""start":"2026-11-01""#) && body.contains(#""taskIds":["t"]"#), "\(body)")
        #expect(try await volumes(#"{"data":{"total":0,"data":[]},"requestId":"r"}"#).days == [])
    }

    @Test(arguments: [
        #"{"data":{"total":1,"data":[{"dayKey":"2026-11-01"}]}}"#,
        #"{"data":{"total":1,"data":[{"dataVolumeMetrics":{"deduplicatedVolume":1}}]}}"#,
        #"{"data":{"total":1,"data":[{"dayKey":"2026-11-01","dataVolumeMetrics":{"deduplicatedVolume":-1}}]}}"#,
        #"{"data":{"total":1,"data":[{"dayKey":"2026-11-01","dataVolumeMetrics":[]}]}}"#,
        #"{"data":{"total":1,"data":[7]}}"#,
    ])
    func anAnswerThatIsNoListOfDaysIsMalformed(body: String) async throws {
        let error = try await apiError { try await volumes(body) }
        #expect(error.code == .malformed)
    }

    @Test func theOlderAPIHasNoneAndIsNotAsked() async throws {
        try await withServer { scene in
            let error = try await apiError {
                try await scene.client.volumes(task: "t", from: "2026-11-01", to: "2026-11-02")
            }
            #expect(error.code == .wrongAPI && scene.server.requests.isEmpty)
        }
    }
}
