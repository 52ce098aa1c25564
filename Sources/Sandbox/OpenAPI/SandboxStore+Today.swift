import Foundation
import HTTPTypes

extension SandboxStore {
    /// Answers a request as the API of today does.
    func answerOfToday(_ incoming: IncomingRequest, _ fault: Fault?) -> SandboxAnswer {
        do throws(OpenAPIFailure) {
            return try answeredOfToday(incoming, fault)
        } catch {
            return error.answer(withStatus200: configuration.sendsErrorsWithStatus200)
        }
    }

    private func answeredOfToday(_ incoming: IncomingRequest, _ fault: Fault?) throws(OpenAPIFailure) -> SandboxAnswer {
        guard incoming.endpoint != .unknown, incoming.isOfToday else { throw .notFound }
        let isPost = [.token, .markExported, .statuses, .analytics, .changesTask].contains(incoming.endpoint)
        guard incoming.method == (isPost ? .post : .get) else { throw .wrongMethod }
        changeAccount(fault)
        if incoming.endpoint == .token { return try tokenOfToday(incoming.object) }
        guard isKnown(incoming) else { throw .unauthorized }
        guard configuration.openAPI.isAllowed else { throw .notAllowed }
        let task = incoming.query["taskid"] ?? ""
        switch incoming.endpoint {
        case .taskGroups: return OpenAPIAnswer.data(taskGroups())
        case .tasks:
            let group = incoming.query["taskgroupid"] ?? ""
            guard withState({ $0.tasks.allGroups.contains { $0.id == group } }) else { throw .groupNotFound }
            return OpenAPIAnswer.data(tasks(inGroup: group))
        case .offset, .lot: return try offsetRows(incoming, task, fault, isOfLaterPath: false)
        case .fetchUnexported:
            return try SandboxAnswer(
                body: fetchUnexported(task: task, size: size(incoming), isOfLaterPath: false))
        case .markExported:
            try markExported(task: incoming.object["taskId"] as? String ?? "")
            return OpenAPIAnswer.data("null")
        case .statuses: return OpenAPIAnswer.data(statuses(of: incoming.object["taskIds"] as? [String] ?? []))
        case .analytics: return OpenAPIAnswer.data(try analytics(incoming.object))
        default: throw .notFound
        }
    }

    /// Answers the later paths of the older API.
    func later(_ incoming: IncomingRequest, _ fault: Fault?) throws(APIFailure) -> SandboxAnswer {
        let task = incoming.query["taskid"] ?? ""
        do throws(OpenAPIFailure) {
            switch incoming.endpoint {
            case .offset: return try offsetRows(incoming, task, fault, isOfLaterPath: true)
            case .fetchUnexported:
                return try SandboxAnswer(body: fetchUnexported(task: task, size: size(incoming), isOfLaterPath: true))
            case .markExported:
                try markExported(task: task)
                return SandboxAnswer(json: #"{"error":"success"}"#)
            default:
                let ids =
                    (incoming.query["taskidlist"] ?? incoming.form["taskidlist"]).map { [$0] }
                    ?? incoming.object["taskIdList"] as? [String] ?? []
                return SandboxAnswer(json: #"{"data":\#(statuses(of: ids)),"error":"success"}"#)
            }
        } catch {
            switch error {
            case .badTask: throw .taskUnknown
            case .badSize: throw .pageSize
            case .tooLarge: throw .serverError
            default: throw .invalidRequest
            }
        }
    }

    private func isKnown(_ incoming: IncomingRequest) -> Bool {
        let now = configuration.now()
        if let name = HTTPField.Name("x-api-key"), let key = incoming.headers[name] {
            return key == configuration.openAPI.key
        }
        return withState { $0.tokens.accepts(incoming.headers[.authorization], now: now) }
    }

    private func size(_ incoming: IncomingRequest) throws(OpenAPIFailure) -> Int {
        guard let size = Int(incoming.query["size"] ?? "1000"), (1...1000).contains(size) else { throw .badSize }
        return size
    }

    private func offsetRows(
        _ incoming: IncomingRequest, _ task: String, _ fault: Fault?, isOfLaterPath: Bool
    ) throws(OpenAPIFailure) -> SandboxAnswer {
        guard withState({ $0.tasks.place(of: task) }) != nil else { throw .badTask }
        guard let offset = Double(incoming.query["offset"] ?? "0"), offset.isFinite else { throw .badOffset }
        var query = OffsetQuery(task: task, offset: offset, size: try size(incoming))
        if incoming.endpoint == .lot { query.lot = incoming.query["lotno"] ?? "" }
        var shape = OffsetShape(isOfLaterPath: isOfLaterPath)
        try fault?.alter(&query, &shape)
        return SandboxAnswer(body: try rows(query, shape))
    }

    private func tokenOfToday(_ body: [String: Any]) throws(OpenAPIFailure) -> SandboxAnswer {
        let names = ["username", "password", "grant_type", "refresh_token"]
        let pairs = names.compactMap { name in
            (body[name] as? String)?.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
                .map { "\(name)=\($0)" }
        }
        let form = QueryItems(pairs.joined(separator: "&"))
        let now = configuration.now()
        let result = withState { state in
            Result { () throws(TokenTable.Refusal) in
                let grant = try state.tokens.grant(form, now: now)
                state.statistics.grants += 1
                return grant
            }
        }
        guard case .success(let grant) = result else { throw .badGrant }
        return OpenAPIAnswer.data(
            #"{"access_token":"\#(grant.accessToken)","expires_in":"\#(grant.lifetime)","token_type":"Bearer","#
                + #""refresh_token":"\#(grant.refreshToken)"}"#)
    }

    private func statuses(of ids: [String]) -> String {
        let zone = configuration.timeZone
        let now = StoredTime(configuration.now(), in: zone)
        let list = withState { state in
            ids.compactMap { id -> String? in
                guard let place = state.tasks.place(of: id) else { return nil }
                let count = state.tasks.tasks[place].table.count
                return
                    #"{"taskId":\#(JSONWriting.quoted(id)),"status":"Finished","currentTotalExtractCount":\#(count),"#
                    + #""executedTimes":1,"nextExecuteTime":null,"startExecuteTime":"\#(now)","endExecuteTime":"\#(now)"}"#
            }
        }
        return "[\(list.joined(separator: ","))]"
    }

    /// Rows by day of storing; days are UTC's, as the vendor has them.
    private func analytics(_ body: [String: Any]) throws(OpenAPIFailure) -> String {
        guard let start = body["start"] as? String, let end = body["end"] as? String, start <= end,
            let ids = body["taskIds"] as? [String], (1...100).contains(ids.count)
        else { throw .badBody }
        let page = max(1, body["page"] as? Int ?? 1)
        let size = min(max(1, body["pageSize"] as? Int ?? 500), 500)
        let days = withState { state in
            ids.flatMap { id -> [String] in
                guard let place = state.tasks.place(of: id) else { return [] }
                var counts: [String: Int] = [:]
                for entry in state.tasks.tasks[place].table.entries {
                    let day = String(entry.time.description.prefix(10))
                    if day >= start, day <= end { counts[day, default: 0] += 1 }
                }
                return counts.sorted { $0.key < $1.key }.map { day, count in
                    #"{"taskId":\#(JSONWriting.quoted(id)),"dayKey":"\#(day)","dataVolumeMetrics":{"totalCollected":\#(count),"#
                        + #""deduplicatedVolume":\#(count)}}"#
                }
            }
        }
        let shown = days.dropFirst((page - 1) * size).prefix(size)
        return #"{"total":\#(days.count),"data":[\#(shown.joined(separator: ","))]}"#
    }
}

extension Fault {
    /// Has rows behind a cursor depart from the truth.
    ///
    /// - Throws: ``OpenAPIFailure/badOffset`` where a cursor is refused.
    func alter(_ query: inout OffsetQuery, _ shape: inout OffsetShape) throws(OpenAPIFailure) {
        switch kind {
        case .cursorRefused: if query.offset > 0 { throw .badOffset }
        case .cursorStandsStill: shape.cursor = .standsStill
        case .cursorGoesBack: shape.cursor = .goesBack
        case .cursorStartsOver: shape.startsOver = true
        case .cursorInclusive: shape.isInclusive = true
        case .restTotalWrong: shape.restExcess = quantity
        case .shortPage: shape.droppedRows = quantity
        case .pageSizeCapped: query.size = min(query.size, quantity)
        case .totalTooLarge, .totalGrowing: shape.totalExcess = quantity
        case .totalShrinking: shape.totalExcess = -quantity
        default: break
        }
    }
}
