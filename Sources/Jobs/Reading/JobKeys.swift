import Records

/// The keys of a job file.
enum JobKey: String, FileKey {
    case account, tasks, groups, source, schedule
    case timeZone = "time_zone"
    case window, settle, recheck
    case recheckRows = "recheck_rows"
    case proof, start
    case pageSize = "page_size"
    case concurrency, timeout
    case hookTimeout = "hook_timeout"
    case overlap, notify, hooks
    case metricsFile = "metrics_file"
    case copies, keep, overrides
}

/// The keys that a job and its overrides share, spelt alike in both.
enum RuleKey: String, FileKey {
    case window, settle, recheck
    case recheckRows = "recheck_rows"
    case proof, start
    case pageSize = "page_size"
    case keep

    /// Those that mean something only where rows are taken in windows of storage time.
    static let ofWindows: [RuleKey] = [.window, .settle, .recheck, .recheckRows, .proof, .start]
}

/// The keys of an entry of `overrides`.
enum OverrideKey: String, FileKey {
    case tasks, window, settle, recheck
    case recheckRows = "recheck_rows"
    case proof, start
    case pageSize = "page_size"
    case keep
}

/// The keys of an entry of `tasks` that is no id.
enum TaskPatternKey: String, FileKey {
    case name
}

/// The keys of `notify`.
enum NotifyKey: String, FileKey {
    case start, success, failure, recovery
    case afterFailures = "after_failures"
    case services
}

/// The keys of an entry of `notify.services`, one an entry.
enum ServiceKey: String, FileKey {
    case healthchecks, ntfy, slack
    case uptimeKuma = "uptime_kuma"
    case apprise
}

/// The keys of `hooks`.
enum HookKey: String, FileKey {
    case success, failure
}

/// The keys of `keep`.
enum KeepKey: String, FileKey {
    case within, last, hourly, daily, weekly, monthly, yearly
}

/// The keys of an account.
enum AccountKey: String, FileKey {
    case baseURL = "base_url"
    case api, unexported
    case apiKeyFile = "api_key_file"
    case apiKeyCommand = "api_key_command"
    case apiKeyEnv = "api_key_env"
    case username
    case passwordFile = "password_file"
    case passwordCommand = "password_command"
    case passwordEnv = "password_env"
    case timeZone = "time_zone"
    case interval
    case requestsPerSecond = "requests_per_second"
    case allowHTTP = "allow_http"
    case caFile = "ca_file"
}
