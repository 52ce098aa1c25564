import Testing

@testable import OctoparseAPI

@Suite(.timeLimit(.minutes(60)))
struct RequestMeterTests {
    @Test func workThatSharesAClientIsCountedApart() async throws {
        try await withServer(data: [.error("server_error"), .page(), .error("taskid_error")]) { scene in
            let (first, second) = (RequestMeter(), RequestMeter())
            let client = scene.client
            try await first.measure { _ = try await client.page(.all(task: "t"), index: 1, size: 10) }
            #expect(first.requests.requests == 3, "a log-in, a failed request and its retry")
            #expect(first.requests.retries == 1)
            #expect(first.requests == client.requests)
            await second.measure { _ = try? await client.page(.all(task: "t"), index: 1, size: 10) }
            #expect(second.requests.requests == 1, "what failed counts as well")
            #expect(second.requests.bytesReceived > 0)
            #expect(first.requests.requests == 3)
            #expect(client.requests.requests == 4)
            _ = try await client.page(.all(task: "t"), index: 1, size: 10)
            #expect(first.requests.requests + second.requests.requests == 4, "what nobody measures counts for nobody")
        }
    }

    @Test func childTasksCountForTheirParent() async throws {
        try await withServer { scene in
            let meter = RequestMeter()
            let client = scene.client
            await meter.measure {
                await withTaskGroup(of: Void.self) { group in
                    for index in 1...5 {
                        group.addTask { _ = try? await client.page(.all(task: "t"), index: index, size: 2) }
                    }
                }
            }
            #expect(meter.requests.requests == 6)
        }
    }
}
