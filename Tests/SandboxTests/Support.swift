import Foundation
import Gzip
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import Sandbox
import StorageTime
import Synchronization

/// A client of one sandbox: a connection a request, so that a fault on one spoils no other.
struct Visitor: Sendable {
    let port: Int
    var token: String?

    init(_ baseURL: String) throws {
        guard let port = Int(baseURL.split(separator: ":").last ?? "") else { throw VisitorError.badBaseURL(baseURL) }
        self.port = port
    }

    /// With the default account's token.
    static func loggedIn(_ baseURL: String, password: String = "sandbox") async throws -> Visitor {
        var visitor = try Visitor(baseURL)
        let grant = try await visitor.grant("username=sandbox&password=\(password)&grant_type=password")
        visitor.token = grant.text("access_token")
        return visitor
    }

    func grant(_ form: String) async throws -> Received {
        try await send(
            "/token", method: .post, headers: [.contentType: "application/x-www-form-urlencoded"], body: form)
    }

    func get(_ target: String, headers: HTTPFields = [:]) async throws -> Received {
        try await send(target, headers: headers)
    }

    /// A page of the storage-time source.
    func window(
        _ task: String, _ from: String, _ to: String, index: Int = 1, size: Int = 1000
    ) async throws -> Received {
        try await get(
            "/api/alldata/GetDataOfTaskByTimeAndPaging?taskid=\(task)&from=\(from)&to=\(to)"
                + "&pageindex=\(index)&pagesize=\(size)")
    }

    func send(
        _ target: String, method: HTTPRequest.Method = .get, headers: HTTPFields = [:], body: String? = nil
    ) async throws -> Received {
        var headers = headers
        if let token, headers[.authorization] == nil { headers[.authorization] = "bearer \(token)" }
        let path = target.replacing(" ", with: "%20").replacing("{", with: "%7B").replacing("}", with: "%7D")
        let request = TestClient.Request(
            path, method: method, authority: "127.0.0.1:\(port)", headers: headers,
            body: body.map { ByteBuffer(string: $0) })
        let configuration = TestClient.Configuration(timeout: .seconds(1800))
        let response = try await TestClient.withClient(host: "127.0.0.1", port: port, configuration: configuration) {
            try await $0.execute(request)
        }
        return Received(
            status: response.status.code, headers: response.headers,
            bytes: response.body.map { Array($0.readableBytesView) } ?? [])
    }
}

extension Visitor {
    /// Asks for one after the other over the same connection.
    func onOneConnection<Value: Sendable>(
        _ targets: [String], _ value: @escaping @Sendable (Received) -> Value
    ) async throws -> [Value] {
        let headers: HTTPFields = [.authorization: "bearer \(token ?? "")"]
        return try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
            var values: [Value] = []
            for target in targets {
                let response = try await client.get(target, headers: headers)
                values.append(
                    value(
                        Received(
                            status: response.status.code, headers: response.headers,
                            bytes: response.body.map { Array($0.readableBytesView) } ?? [])))
            }
            return values
        }
    }

    /// Asks again until an answer is as wanted, for half an hour at most.
    func eventually(_ target: String, _ isWanted: (Received) -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(1800)
        while ContinuousClock.now < end {
            if isWanted(try await get(target)) { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }
}

enum VisitorError: Error {
    case badBaseURL(String)
}

/// An answer, and what its body says.
struct Received: Sendable {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]

    var body: String { String(decoding: bytes, as: UTF8.self) }

    private var object: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] ?? [:]
    }

    private var data: [String: Any] { object["data"] as? [String: Any] ?? [:] }

    func text(_ key: String) -> String? { object[key] as? String }
    func number(_ key: String) -> Int? { object[key] as? Int }

    var total: Int? { data["total"] as? Int }
    var currentTotal: Int? { data["currentTotal"] as? Int }
    var rows: [[String: String]] { data["dataList"] as? [[String: String]] ?? [] }
    /// The values of the field `n`.
    var names: [String] { rows.compactMap { $0["n"] } }
    /// The entries of a list of groups or tasks.
    var list: [[String: String]] {
        (object["data"] as? [[String: Any]] ?? []).map { $0.mapValues { "\($0)" } }
    }
}

/// A clock that stands until it is moved.
final class ManualClock: Sendable {
    private let state: Mutex<Date>

    init(_ date: Date = Date(timeIntervalSince1970: 1_700_000_000)) {
        state = Mutex(date)
    }

    var now: Date { state.withLock { $0 } }

    func advance(by seconds: Double) {
        state.withLock { $0 += seconds }
    }
}

/// A file of rows that is gone after the test.
@discardableResult
func withFile<R>(_ name: String, _ content: [UInt8], _ body: (String) async throws -> R) async throws -> R {
    let directory = FileManager.default.temporaryDirectory.appending(path: "sandbox-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appending(path: name).path()
    try Data(content).write(to: URL(filePath: path))
    return try await body(path)
}

func gzip(_ content: [UInt8]) throws -> [UInt8] {
    var encoder = try GzipEncoder()
    var member: [UInt8] = []
    try content.withUnsafeBytes { try encoder.appendMember(of: $0, to: &member) }
    return member
}

func gunzip(_ member: [UInt8]) throws -> [UInt8] {
    var decoder = try GzipDecoder()
    var content: [UInt8] = []
    try member.withUnsafeBytes { try decoder.feed($0) { content += Array($0) } }
    try decoder.finish()
    return content
}

func stored(_ text: String) throws -> StoredTime {
    guard let time = StoredTime(parsing: text) else { throw SandboxTimeError(text: text) }
    return time
}

struct SandboxTimeError: Error {
    let text: String
}

/// A configuration whose one task, `t`, is empty.
func emptyTask(_ id: String = "t") -> SandboxConfiguration {
    SandboxConfiguration(tasks: [TaskSpecification(id: id)])
}

func row(_ name: some CustomStringConvertible) -> String { #"{"n":"\#(name)"}"# }
