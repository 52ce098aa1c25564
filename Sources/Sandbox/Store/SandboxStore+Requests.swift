import HTTPTypes
import Records
import StorageTime

extension SandboxStore {
    /// Answers a request to the API as if nothing went wrong, but for the shape that rows are answered in.
    func answer(_ incoming: IncomingRequest, fault: Fault?) -> SandboxAnswer {
        if configuration.api == .openAPI { return answerOfToday(incoming, fault) }
        do {
            return try answered(incoming, fault: fault)
        } catch {
            return SandboxAnswer(error, withStatus200: configuration.sendsErrorsWithStatus200)
        }
    }

    private func answered(_ incoming: IncomingRequest, fault: Fault?) throws(APIFailure) -> SandboxAnswer {
        let isLater = SandboxEndpoint.byCursor.contains(incoming.endpoint)
        guard incoming.endpoint != .unknown, incoming.endpoint == .token || !incoming.isOfToday,
            !isLater || configuration.openAPI.hasLaterPaths
        else { throw .notFound(incoming.path) }
        let isPost = [.token, .markExported, .statuses, .changesTask].contains(incoming.endpoint)
        guard incoming.method == (isPost ? .post : .get) else {
            throw .wrongMethod(incoming.method.rawValue)
        }
        changeAccount(fault)
        if incoming.endpoint == .token { return try token(incoming.form) }
        let now = configuration.now()
        guard withState({ $0.tokens.accepts(incoming.headers[.authorization], now: now) }) else {
            throw .unauthorized
        }
        switch incoming.endpoint {
        case .taskGroups: return SandboxAnswer(json: #"{"data":\#(taskGroups()),"error":"success"}"#)
        case .tasks:
            let list = tasks(inGroup: incoming.query["taskgroupid"] ?? "")
            return SandboxAnswer(json: #"{"data":\#(list),"error":"success"}"#)
        case .all: return try page(.all, incoming, fault)
        case .storageTime: return try page(.storageTime, incoming, fault)
        case .lastExtraction: return try page(.lastExtraction, incoming, fault)
        case .unexported: return try page(.unexported, incoming, fault)
        case .offset, .fetchUnexported, .markExported, .statuses: return try later(incoming, fault)
        case .token, .control, .unknown, .lot, .analytics, .changesTask: throw .notFound(incoming.path)
        }
    }

    private func token(_ form: QueryItems) throws(APIFailure) -> SandboxAnswer {
        let now = configuration.now()
        let result = withState { state in
            Result { () throws(TokenTable.Refusal) in
                let grant = try state.tokens.grant(form, now: now)
                state.statistics.grants += 1
                return grant
            }
        }
        switch result {
        case .success(let grant): return SandboxAnswer(grant, numbersAsText: configuration.sendsNumbersAsText)
        case .failure(.unsupportedGrantType): throw .unsupportedGrantType
        case .failure(.invalidGrant(let reason)): throw .invalidGrant(reason)
        }
    }

    private func page(
        _ source: RowSource, _ incoming: IncomingRequest, _ fault: Fault?
    ) throws(APIFailure) -> SandboxAnswer {
        // An unknown task is told before a bad size: the first is about the account.
        let task = incoming.query["taskid"] ?? ""
        guard withState({ $0.tasks.place(of: task) }) != nil else { throw .taskUnknown }
        var query = try DataQuery(
            source: source, items: incoming.query, timeZone: configuration.timeZone)
        var shape = PageShape()
        shape.totalsAsText = configuration.sendsNumbersAsText
        fault?.alter(&query, &shape)
        let compressed =
            configuration.compresses && incoming.acceptsGzip && !(fault?.editsBody ?? false)
        guard let page = page(query, shape: shape, compressed: compressed) else { throw .taskUnknown }
        return SandboxAnswer(body: page.bytes, isCompressed: page.isCompressed)
    }

    func taskGroups() -> String {
        let groups = withState { $0.tasks.allGroups }
        let list = groups.map { group in
            // The API's ids are numbers; `007` is none, since it would come back as 7.
            let id = Int(group.id).map(String.init) == group.id ? group.id : JSONWriting.quoted(group.id)
            return #"{"taskGroupId":\#(id),"taskGroupName":\#(JSONWriting.quoted(group.name))}"#
        }
        return "[\(list.joined(separator: ","))]"
    }

    func tasks(inGroup id: String) -> String {
        let tasks = withState { state in
            let group = state.tasks.allGroups.first { $0.id == id }
            return (group?.tasks ?? []).compactMap(state.tasks.place(of:)).map { place in
                (id: state.tasks.tasks[place].id, name: state.tasks.tasks[place].name)
            }
        }
        let list = tasks.map { task in
            #"{"taskId":\#(JSONWriting.quoted(task.id)),"taskName":\#(JSONWriting.quoted(task.name))}"#
        }
        return "[\(list.joined(separator: ","))]"
    }
}
