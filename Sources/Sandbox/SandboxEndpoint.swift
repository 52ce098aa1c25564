import Records

/// What a request asks for: the API's endpoints, and the sandbox's own.
package enum SandboxEndpoint: String, Sendable, Hashable, CaseIterable, Codable {
    case token
    case all
    case storageTime = "storage-time"
    case lastExtraction = "last-extraction"
    case unexported
    case taskGroups = "task-groups"
    case tasks
    /// `/__sandbox/…`, which the API does not have. Never counted, logged or faulted.
    case control
    /// Any other path.
    case unknown
    /// Rows behind a cursor.
    case offset
    /// The rows of one run behind a cursor.
    case lot
    /// Unexported rows, which answering does not mark.
    case fetchUnexported = "fetch-unexported"
    /// The mark that follows it.
    case markExported = "mark-exported"
    case statuses
    case analytics
    /// Whatever changes a task, marks aside: counted, and refused.
    case changesTask = "changes-task"

    /// By path: the case of letters and a slash at the end do not matter.
    init(path: String) {
        var path = path.lowercased()[...]
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        switch path {
        case "/token": self = .token
        case "/api/alldata": self = .all
        case "/api/alldata/getdataoftaskbytimeandpaging": self = .storageTime
        case "/api/alldata/getlastdataoftaskbypaging": self = .lastExtraction
        case "/api/notexportdata": self = .unexported
        case "/api/taskgroup": self = .taskGroups
        case "/api/task": self = .tasks
        case "/api/alldata/getdataoftaskbyoffset": self = .offset
        case "/api/notexportdata/gettop": self = .fetchUnexported
        case "/api/notexportdata/update": self = .markExported
        case "/api/task/gettaskstatusbyidlist": self = .statuses
        case "/api/task/removedatabytaskid", "/api/task/starttask", "/api/task/stoptask", "/api/task/updatetaskrule",
            "/api/task/addurlortexttotask":
            self = .changesTask
        default: self = Self.ofToday(path) ?? (path.hasPrefix("/__sandbox/") ? .control : .unknown)
        }
    }

    /// The paths of the API of today.
    private static func ofToday(_ path: Substring) -> SandboxEndpoint? {
        switch path {
        case "/taskgroup": .taskGroups
        case "/task/search": .tasks
        case "/data/all": .offset
        case "/data/lotno/all": .lot
        case "/data/notexported": .fetchUnexported
        case "/data/markexported": .markExported
        case "/cloudextraction/statuses/v2": .statuses
        case "/taskanalytics/queries": .analytics
        case "/data/remove", "/cloudextraction/start", "/cloudextraction/stop": .changesTask
        default: nil
        }
    }

    /// The endpoints that both the API of today and the later paths of the older one have.
    package static let byCursor: Set<SandboxEndpoint> = [
        .offset, .lot, .fetchUnexported, .markExported, .statuses, .analytics, .changesTask,
    ]

    /// The endpoints that need a token.
    package static let protected: Set<SandboxEndpoint> = [
        .all, .storageTime, .lastExtraction, .unexported, .taskGroups, .tasks, .offset, .lot, .fetchUnexported,
        .markExported, .statuses, .analytics, .changesTask,
    ]

    /// The sources that are read by a cursor.
    package static let cursors: Set<SandboxEndpoint> = [.offset, .lot]

    /// The four sources of rows.
    package static let sources: Set<SandboxEndpoint> = [.all, .storageTime, .lastExtraction, .unexported]

    /// The sources that are read page by page.
    package static let paged: Set<SandboxEndpoint> = [.all, .storageTime, .lastExtraction]
}
