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
        default: self = path.hasPrefix("/__sandbox/") ? .control : .unknown
        }
    }

    /// The endpoints that need a token: the four sources and the two lists.
    package static let protected: Set<SandboxEndpoint> = [
        .all, .storageTime, .lastExtraction, .unexported, .taskGroups, .tasks,
    ]

    /// The four sources of rows.
    package static let sources: Set<SandboxEndpoint> = [.all, .storageTime, .lastExtraction, .unexported]

    /// The sources that are read page by page.
    package static let paged: Set<SandboxEndpoint> = [.all, .storageTime, .lastExtraction]
}
