import Records

/// What the API of today is asked for, and the later paths of the older one.
enum CursorEndpoint: Sendable, Hashable {
    case rows(CursorQuery, behind: String, size: Int)
    case fetchUnexported(task: String, size: Int)
    case markExported(task: String)
    case taskGroups
    case tasks(group: String)
    case volumes(task: String, start: String, end: String)

    /// As a message says it after "asked for".
    private var subject: String {
        switch self {
        case .rows(.all(let task), let cursor, _):
            "the rows of task \(ServerText.clean(task)) behind cursor \(ServerText.clean(cursor, limit: 40))"
        case .rows(.lot(let task, let number), let cursor, _):
            "the rows of lot \(ServerText.clean(number, limit: 40)) of task \(ServerText.clean(task)) behind cursor "
                + ServerText.clean(cursor, limit: 40)
        case .fetchUnexported(let task, _): "the unexported rows of task \(ServerText.clean(task))"
        case .markExported(let task): "a mark on the rows fetched of task \(ServerText.clean(task))"
        case .taskGroups: "the task groups"
        case .tasks(let group): "the tasks of group \(ServerText.clean(group))"
        case .volumes(let task, let start, let end):
            "the rows a day of task \(ServerText.clean(task)) from \(start) to \(end)"
        }
    }

    private func target(_ dialect: APIDialect) -> (path: String, query: [(String, String)]) {
        let isToday = dialect == .openAPI
        switch self {
        case .rows(.all(let task), let cursor, let size):
            return (
                isToday ? "/data/all" : "/api/alldata/GetDataOfTaskByOffset",
                [("taskId", task), ("offset", cursor), ("size", String(size))]
            )
        case .rows(.lot(let task, let number), let cursor, let size):
            return (
                "/data/lotno/all", [("taskId", task), ("lotNo", number), ("offset", cursor), ("size", String(size))]
            )
        case .fetchUnexported(let task, let size):
            return (
                isToday ? "/data/notexported" : "/api/notexportdata/gettop", [("taskId", task), ("size", String(size))]
            )
        case .markExported(let task):
            return isToday ? ("/data/markexported", []) : ("/api/notexportdata/update", [("taskId", task)])
        case .taskGroups: return ("/taskGroup", [])
        case .tasks(let group): return ("/task/search", [("taskGroupId", group)])
        case .volumes: return ("/taskanalytics/queries", [])
        }
    }

    private struct Volumes: Encodable {
        let start: String
        let end: String
        let page = 1
        let pageSize = 500
        let taskIds: [String]
    }

    func call(_ dialect: APIDialect) -> HTTPCall {
        let (path, query) = target(dialect)
        let pairs = PercentEncoding.pairs(query)
        var call = HTTPCall(target: pairs.isEmpty ? path : "\(path)?\(pairs)", subject: subject)
        if dialect == .dataExport {
            call.missingHint =
                "the host has not the later paths that this needs; use source: storage-time, or api: openapi with "
                + "https://openapi.octoparse.com"
        }
        switch self {
        case .markExported(let task):
            call.isRepeatable = false
            call.doubt = "whether the rows were marked, the next answer tells; they are stored either way"
            if dialect == .openAPI { call.json = JSONBody.object([("taskId", task)]) } else { call.isPost = true }
        case .volumes(let task, let start, let end):
            call.json = JSONBody.encode(Volumes(start: start, end: end, taskIds: [task]))
        default: break
        }
        return call
    }
}
