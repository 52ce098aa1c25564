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
    private let hosts: HostGuard

    init(store: SandboxStore) {
        self.store = store
        hosts = HostGuard(names: store.configuration.hosts)
    }

    /// Bodies of the API are forms; those of the sandbox's own endpoints hold rows.
    static let largestForm = 64 << 10
    static let largestUpload = 256 << 20

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        if let refusal = hosts.refusal(request.head) { return response(refusal) }
        var incoming = IncomingRequest(request)
        if incoming.method != .get {
            let limit = incoming.endpoint == .control ? Self.largestUpload : Self.largestForm
            guard let body = try? await request.body.collect(upTo: limit) else {
                return response(
                    SandboxAnswer(status: .contentTooLarge, json: #"{"message":"The body is too large."}"#))
            }
            incoming.body = Array(body.readableBytesView)
        }
        guard incoming.endpoint != .control else { return response(store.control(incoming)) }
        let admission = await store.admit(incoming)
        // A request refused for being one too many holds no slot; every other one has it back before its answer leaves.
        guard let faults = admission.faults else {
            let answer = store.answer(incoming, fault: nil)
            admission.slot?.release()
            return counted(answer)
        }
        return try await respond(to: incoming, faults, admission.slot, on: context.channel)
    }

    /// The seam between routing and answering: what faults leave of an answer.
    private func respond(
        to incoming: IncomingRequest, _ faults: PlayedFaults, _ slot: RequestSlot?, on channel: any Channel
    ) async throws -> Response {
        await FaultyDelivery.wait(faults.delay, on: channel)
        let delivery = faults.deciding.map {
            FaultyDelivery(fault: $0, channel: channel, slot: slot, onWrite: store.countBytes)
        }
        guard await delivery?.begin() ?? true else { return Response(status: .serviceUnavailable) }
        let answer = self.answer(incoming, faults.deciding)
        let body = delivery?.body(answer.body)
        if faults.dateSkew != 0 || delivery?.needsWire ?? false {
            let edit = WireHandler.Edit(
                date: faults.dateSkew == 0 ? nil : Fault.httpDate(Date() + faults.dateSkew),
                dropsLength: delivery?.hidesLength ?? false, closes: delivery?.closes ?? false)
            try await WireHandler.install(edit, on: channel)
        }
        if !(delivery?.isSlow ?? false) { slot?.release() }
        return counted(answer, body: body)
    }

    /// What the fault has answered, before how it is sent.
    private func answer(_ incoming: IncomingRequest, _ fault: Fault?) -> SandboxAnswer {
        if let replacement = fault?.replacement(now: Date()) { return replacement }
        var answer = store.answer(incoming, fault: fault)
        guard let fault else { return answer }
        if !answer.isCompressed { fault.edit(&answer.body) }
        switch fault.kind {
        case .gzipUnasked where !answer.isCompressed:
            guard let compressed = SandboxStore.compress(answer.body) else { break }
            answer.body = compressed
            answer.isCompressed = true
        case .gzipBomb:
            // The bomb comes instead.
            answer.body = ByteBuffer()
            answer.isCompressed = true
        default: break
        }
        return answer
    }

    private func counted(_ answer: SandboxAnswer, body: ResponseBody? = nil) -> Response {
        store.countBytes(answer.body.readableBytes)
        return response(answer, body: body)
    }

    private func response(_ answer: SandboxAnswer, body: ResponseBody? = nil) -> Response {
        var headers = answer.headers
        if answer.isCompressed { headers[.contentEncoding] = "gzip" }
        return Response(
            status: answer.status, headers: headers, body: body ?? ResponseBody(byteBuffer: answer.body))
    }
}
