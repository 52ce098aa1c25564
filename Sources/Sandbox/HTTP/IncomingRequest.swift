import Foundation
import HTTPTypes
import Hummingbird

/// A request taken apart: the endpoint, and what it was given.
struct IncomingRequest: Sendable {
    let endpoint: SandboxEndpoint
    let path: String
    let method: HTTPRequest.Method
    let query: QueryItems
    let headers: HTTPFields
    /// The whole body, of requests that may have one.
    var body: [UInt8] = []

    init(_ request: Request) {
        let target = (request.head.path ?? "/").prefix { $0 != "#" }
        let mark = target.firstIndex(of: "?") ?? target.endIndex
        path = String(target[..<mark])
        query = QueryItems(target[mark...].dropFirst())
        endpoint = SandboxEndpoint(path: path)
        method = request.method
        headers = request.headers
    }

    /// The body as a form; empty where it says that it is something else. A client that is widely used names no type.
    var form: QueryItems {
        let type = headers[.contentType]?.lowercased()
        guard type?.hasPrefix("application/x-www-form-urlencoded") ?? true else { return QueryItems("") }
        return QueryItems(String(decoding: body, as: UTF8.self))
    }

    /// The body as a JSON object.
    var object: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
    }

    /// Whether the path is one of the API of today; the token's is one of both.
    var isOfToday: Bool { endpoint == .token || !path.lowercased().hasPrefix("/api/") }

    /// Whether the client takes gzip: it is named, and its weight is not 0.
    var acceptsGzip: Bool {
        headers[.acceptEncoding]?.lowercased().split(separator: ",").contains { coding in
            let parts = coding.split(separator: ";").map { $0.filter { $0 != " " } }
            guard parts.first == "gzip" || parts.first == "*" else { return false }
            return !parts.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
        } ?? false
    }

    /// As the log keeps it.
    func record(number: Int) -> SandboxRequest {
        SandboxRequest(
            number: number, endpoint: endpoint, method: method.rawValue,
            task: query["taskid"] ?? object["taskId"] as? String,
            group: query["taskgroupid"], from: query["from"], to: query["to"],
            pageIndex: query["pageindex"].flatMap { Int($0) },
            pageSize: (query["pagesize"] ?? query["size"]).flatMap { Int($0) },
            grant: endpoint == .token ? form["grant_type"] ?? object["grant_type"] as? String : nil, fault: nil)
    }
}
