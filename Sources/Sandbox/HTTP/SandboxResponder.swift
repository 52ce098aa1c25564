import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What a request needs to know of its connection.
struct ConnectionContext: InitializableFromSource {
    typealias Source = ApplicationRequestContextSource

    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}

/// Answers requests: takes them apart, lets faults in, asks the store, and sends.
struct SandboxResponder: HTTPResponder {
    typealias Context = ConnectionContext

    let store: SandboxStore
    /// Bodies of the API are forms; those of the sandbox's own endpoints hold rows.
    static let largestForm = 64 << 10
    static let largestUpload = 256 << 20

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        var incoming = Incoming(request)
        if incoming.method != .get {
            let limit = incoming.endpoint == .control ? Self.largestUpload : Self.largestForm
            guard let body = try? await request.body.collect(upTo: limit) else {
                return response(
                    Answer(status: .contentTooLarge, json: #"{"message":"The body is too large."}"#))
            }
            incoming.body = Array(body.readableBytesView)
        }
        guard incoming.endpoint != .control else { return response(store.control(incoming)) }
        guard let fault = await store.admit(incoming) else {
            return counted(store.answer(incoming, fault: nil))
        }
        return await respond(
            to: incoming, fault, FaultyDelivery(fault: fault, channel: context.channel))
    }

    /// The seam between routing and answering: what a fault leaves of an answer.
    private func respond(to incoming: Incoming, _ fault: Fault, _ delivery: FaultyDelivery) async -> Response {
        guard await delivery.begin() else { return Response(status: .serviceUnavailable) }
        if let replacement = fault.replacement(now: Date()) { return counted(replacement) }
        var answer = store.answer(incoming, fault: fault)
        if !answer.isCompressed { fault.edit(&answer.body) }
        return counted(answer, body: delivery.body(answer.body))
    }

    private func counted(_ answer: Answer, body: ResponseBody? = nil) -> Response {
        store.countBytes(answer.body.readableBytes)
        return response(answer, body: body)
    }

    private func response(_ answer: Answer, body: ResponseBody? = nil) -> Response {
        var headers = answer.headers
        if answer.isCompressed { headers[.contentEncoding] = "gzip" }
        return Response(
            status: answer.status, headers: headers, body: body ?? ResponseBody(byteBuffer: answer.body))
    }
}
