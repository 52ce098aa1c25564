import Records
import StorageTime

/// What can be asked of the API with a token: path, query, and the words for messages.
enum Endpoint: Sendable, Hashable {
    case page(PageQuery, index: Int, size: Int)
    case unexported(task: String, size: Int)
    case taskGroups
    case tasks(group: String)

    private var path: String {
        switch self {
        case .page(.storageTime, _, _): "/api/alldata/GetDataOfTaskByTimeAndPaging"
        case .page(.all, _, _): "/api/alldata"
        case .page(.lastExtraction, _, _): "/api/alldata/GetLastDataOfTaskByPaging"
        case .unexported: "/api/notexportdata"
        case .taskGroups: "/api/taskgroup"
        case .tasks: "/api/task"
        }
    }

    private var query: [(String, String)] {
        switch self {
        case .page(.storageTime(let task, let from, let to), let index, let size):
            [
                ("taskid", task), ("from", from.description), ("to", to.description), ("pageindex", String(index)),
                ("pagesize", String(size)),
            ]
        case .page(.all(let task), let index, let size), .page(.lastExtraction(let task), let index, let size):
            [("taskid", task), ("pageindex", String(index)), ("pagesize", String(size))]
        case .unexported(let task, let size): [("taskid", task), ("size", String(size))]
        case .taskGroups: []
        case .tasks(let group): [("taskgroupid", group)]
        }
    }

    /// What was asked for, as a message says it after "asked for".
    private var subject: String {
        switch self {
        case .page(.storageTime(let task, let from, let to), let index, _):
            "the rows of task \(ServerText.clean(task)) from \(from) to \(to)\(Self.page(index))"
        case .page(.all(let task), let index, _): "all rows of task \(ServerText.clean(task))\(Self.page(index))"
        case .page(.lastExtraction(let task), let index, _):
            "the last extraction of task \(ServerText.clean(task))\(Self.page(index))"
        case .unexported(let task, _): "the unexported rows of task \(ServerText.clean(task))"
        case .taskGroups: "the task groups"
        case .tasks(let group): "the tasks of group \(ServerText.clean(group))"
        }
    }

    private static func page(_ index: Int) -> String { index == 1 ? "" : ", page \(index)" }

    var call: HTTPCall {
        let pairs = PercentEncoding.pairs(query)
        var call = HTTPCall(target: pairs.isEmpty ? path : "\(path)?\(pairs)", subject: subject)
        if case .unexported = self { call.isRepeatable = false }
        return call
    }
}

/// One request, as far as it does not depend on the attempt.
struct HTTPCall: Sendable {
    /// Path and query, below the base URL's prefix.
    let target: String
    let subject: String
    /// The body of a POST as a form.
    var form: String?
    /// The body of a POST as JSON.
    var json: String?
    /// A POST without a body.
    var isPost = false
    /// Whether a second answer is as good as the first.
    var isRepeatable = true
    /// What to do where the path is not there; nil is to look at the account's settings.
    var missingHint: String?
    /// What a failure may mean where it is not.
    var doubt = "the server may have marked rows as exported that never arrived"

    init(target: String, subject: String) {
        self.target = target
        self.subject = subject
    }
}
