import Records
import StorageTime

/// An account's values as they are read, from a file or from the environment, and the checks that need several of them.
struct AccountDraft {
    static let conventions: [IntervalConvention] = [.closed, .halfOpen, .leftOpen]
    static let insecure = ValueProblem(
        "plain http to another machine shows the password to everyone on the way",
        expected: "an https:// address, or http:// to this machine")

    var baseURL: BaseAddress?
    var username: String?
    var password: Account.PasswordSource?
    var key: Account.PasswordSource?
    var dialect: APIDialect?
    var unexported: DrainMode?
    var timeZone: NamedZone?
    var interval: IntervalConvention?
    var requestsPerSecond: Double?
    var allowHTTP: Bool?
    var caFile: String?

    /// Whether the address is plain http to another machine, without leave.
    var isRefusedAsInsecure: Bool { baseURL?.isInsecure == true && allowHTTP != true }

    /// The account; nil where what has no default is not there.
    func account(named name: String) -> Account? {
        guard
            let baseURL = baseURL
                ?? ((dialect ?? (key == nil ? .dataExport : .openAPI)) == .openAPI
                    ? Self.addressOfToday : Self.defaultAddress),
            let secret = key ?? password, let username = key == nil ? username : ""
        else { return nil }
        return Account(
            name: name, baseURL: baseURL, username: username, password: secret,
            usesKey: key != nil, dialect: dialect ?? APIDialect(host: baseURL.host),
            unexported: unexported, timeZone: timeZone,
            interval: interval, requestsPerSecond: requestsPerSecond ?? JobDefaults.requestsPerSecond,
            allowHTTP: allowHTTP ?? JobDefaults.allowHTTP, caFile: caFile)
    }

    /// Why a key cannot be used, where it cannot.
    var keyProblem: ValueProblem? {
        guard key != nil, (dialect ?? baseURL.map { APIDialect(host: $0.host) } ?? .openAPI) != .openAPI else {
            return nil
        }
        return ValueProblem(
            code: .conflict, "an API key is for the API of today", expected: "api: openapi, or a user and a password")
    }

    static let addressOfToday: BaseAddress? = try? ValueRule.baseAddress.read(JobDefaults.baseURLOfToday)
    /// The address of accounts that give none; the default is a valid one.
    static let defaultAddress: BaseAddress? = try? ValueRule.baseAddress.read(JobDefaults.baseURL)
}

extension String {
    /// This path with `~/` put out, and, where it is relative, seen from `folder`.
    func resolvedPath(from folder: String, home: String?) -> String {
        if hasPrefix("~/"), let home, !home.isEmpty { return home + dropFirst() }
        if hasPrefix("/") || folder.isEmpty || folder == "." { return self }
        return folder.hasSuffix("/") ? folder + self : "\(folder)/\(self)"
    }
}
