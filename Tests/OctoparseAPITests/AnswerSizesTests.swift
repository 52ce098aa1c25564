import Synchronization
import Testing

@testable import OctoparseAPI

/// Where a server refuses answers of many rows, fewer are asked for.
@Suite struct AnswerSizesTests {
    /// A server that gives so many rows at most, and what it was asked for.
    private final class Server: Sendable {
        let most: Int
        let code: APIError.Code
        let asked = Mutex<[Int]>([])

        init(most: Int, code: APIError.Code = .unexpected) {
            self.most = most
            self.code = code
        }

        func ask(_ size: Int) throws -> Int {
            asked.withLock { $0.append(size) }
            guard size <= most else { throw APIError(code, "it is too large") }
            return size
        }
    }

    @Test(arguments: [
        (1000, [1000]), (999, [1000, 1, 1000, 500]), (500, [1000, 1, 1000, 500]),
        (130, [1000, 1, 1000, 500, 250, 125]), (1, [1000, 1, 1000, 500, 250, 125, 62, 31, 15, 7, 3, 1]),
    ])
    func fewerRowsAreAskedForUntilThatIsAnswered(most: Int, asked: [Int]) async throws {
        let sizes = AnswerSizes()
        let server = Server(most: most)
        let size = try await sizes.ask(task: "t", size: 1000) { try server.ask($0) }
        #expect(server.asked.withLock { $0 } == asked && size == asked.last)
        server.asked.withLock { $0 = [] }
        _ = try await sizes.ask(task: "t", size: 1000) { try server.ask($0) }
        #expect(server.asked.withLock { $0 } == asked.suffix(1), "it is remembered")
    }

    @Test func whatFailsForASingleRowIsNotOfItsSize() async throws {
        let server = Server(most: 0)
        await #expect(throws: APIError.self) {
            try await AnswerSizes().ask(task: "t", size: 1000) { try server.ask($0) }
        }
        #expect(server.asked.withLock { $0 } == [1000, 1])
    }

    @Test(arguments: [APIError.Code.taskUnknown, .credentialsRefused, .notAllowed, .wrongAPI, .network, .rateLimited])
    func otherFailuresAreNotAskedAgain(code: APIError.Code) async throws {
        let server = Server(most: 10, code: code)
        await #expect(throws: APIError.self) {
            try await AnswerSizes().ask(task: "t", size: 1000) { try server.ask($0) }
        }
        #expect(server.asked.withLock { $0 } == [1000])
    }

    @Test func oneFailureAmongAnswersChangesNoSize() async throws {
        let sizes = AnswerSizes()
        let failures = Mutex(1)
        for _ in 0..<2 {
            let size = try await sizes.ask(task: "t", size: 1000) { size in
                let fails = failures.withLock { left in
                    defer { left -= 1 }
                    return left > 0
                }
                if fails { throw APIError(.serverError, "once") }
                return size
            }
            #expect(size == 1000)
        }
    }
}
