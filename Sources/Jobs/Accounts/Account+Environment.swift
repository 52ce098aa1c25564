import Records
package import Secrets

/// The environment's variables that describe an account.
enum AccountVariable: String, CaseIterable {
    case username = "OCTOPARSE_USERNAME"
    case password = "OCTOPARSE_PASSWORD"
    case passwordFile = "OCTOPARSE_PASSWORD_FILE"
    case api = "OCTOPARSE_API"
    case key = "OCTOPARSE_API_KEY"
    case keyFile = "OCTOPARSE_API_KEY_FILE"
    case baseURL = "OCTOPARSE_BASE_URL"
    case timeZone = "OCTOPARSE_TIME_ZONE"
    case interval = "OCTOPARSE_INTERVAL"
    case requestsPerSecond = "OCTOPARSE_REQUESTS_PER_SECOND"
    case allowHTTP = "OCTOPARSE_ALLOW_HTTP"
    case caFile = "OCTOPARSE_CA_FILE"
}

extension Account {
    /// The account `default`, as the environment describes it: `OCTOPARSE_USERNAME`, `OCTOPARSE_PASSWORD` or
    /// `OCTOPARSE_PASSWORD_FILE`, and where their defaults do not fit `OCTOPARSE_BASE_URL`, `OCTOPARSE_TIME_ZONE`,
    /// `OCTOPARSE_INTERVAL`, `OCTOPARSE_REQUESTS_PER_SECOND` (0: no limit), `OCTOPARSE_ALLOW_HTTP` and
    /// `OCTOPARSE_CA_FILE`. A variable set to nothing counts as not set; relative paths are the current folder's.
    ///
    /// - Parameter secrets: gets the secrets of the environment.
    /// - Throws: every problem, each naming its variable.
    package static func fromEnvironment(
        _ environment: [String: String], secrets: SecretRegistry = .process
    ) throws(JobFilesError) -> Account {
        var reader = EnvironmentReader(environment)
        let account = reader.account()
        secrets.add(environment: environment)
        account?.addSecrets(to: secrets, environment: environment)
        guard let account, reader.problems.isEmpty else { throw JobFilesError(problems: reader.problems) }
        return account
    }
}

/// Reads an account from the environment.
struct EnvironmentReader {
    static let file = "environment"

    private let environment: [String: String]
    private(set) var problems: [JobProblem] = []
    /// The host that the account talks to, known whether or not the credentials are there.
    private(set) var host: String?

    init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// The account, or nil where something is wrong or missing.
    mutating func account() -> Account? {
        var draft = draft()
        draft.key = keySource()
        if draft.key == nil {
            draft.username = required(.username, .text(expected: "the account's user name"))
            draft.password = passwordSource()
        } else if let problem = draft.keyProblem {
            report(.api, problem)
        }
        return draft.account(named: JobDefaults.account)
    }

    /// Everything but the credentials.
    mutating func draft() -> AccountDraft {
        var draft = AccountDraft()
        draft.baseURL = value(.baseURL, .baseAddress)
        draft.dialect = value(.api, .choice(of: APIDialect.allCases))
        draft.timeZone = value(.timeZone, .zone)
        draft.interval = value(.interval, .choice(of: AccountDraft.conventions))
        draft.requestsPerSecond = value(.requestsPerSecond, .number(upTo: JobDefaults.greatestRate))
        draft.allowHTTP = value(.allowHTTP, .flag)
        draft.caFile = path(.caFile)
        let isOfToday =
            draft.dialect == .openAPI || draft.dialect == nil && (text(of: .key) ?? text(of: .keyFile)) != nil
        host = (draft.baseURL ?? (isOfToday ? AccountDraft.addressOfToday : AccountDraft.defaultAddress))?.host
        if draft.isRefusedAsInsecure {
            report(.baseURL, AccountDraft.insecure, hint: "set \(AccountVariable.allowHTTP.rawValue)=true to allow it")
        }
        return draft
    }

    private mutating func keySource() -> Account.PasswordSource? {
        let file = path(.keyFile)
        guard text(of: .key) != nil else { return file.map { .file($0) } }
        if file != nil {
            report(
                .keyFile,
                ValueProblem(code: .conflict, "\(AccountVariable.key.rawValue) is set, too", expected: "one of the two")
            )
        }
        return .environment(AccountVariable.key.rawValue)
    }

    private mutating func passwordSource() -> Account.PasswordSource? {
        let file = path(.passwordFile)
        guard text(of: .password) != nil else {
            if let file { return .file(file) }
            let both = "\(AccountVariable.password.rawValue) or \(AccountVariable.passwordFile.rawValue)"
            report(.password, ValueProblem(code: .missingKey, "the variable is not set", expected: both))
            return nil
        }
        if file != nil {
            report(
                .passwordFile,
                ValueProblem(
                    code: .conflict, "\(AccountVariable.password.rawValue) is set, too", expected: "one of the two"))
        }
        return .environment(AccountVariable.password.rawValue)
    }

    private mutating func path(_ variable: AccountVariable) -> String? {
        value(variable, .text(expected: "a file's path"))?.resolvedPath(from: "", home: environment["HOME"])
    }

    private func text(of variable: AccountVariable) -> String? {
        environment[variable.rawValue].flatMap { $0.isEmpty ? nil : $0 }
    }

    private mutating func value<Value>(_ variable: AccountVariable, _ rule: ValueRule<Value>) -> Value? {
        guard let text = text(of: variable) else { return nil }
        do throws(ValueProblem) {
            return try rule.read(text)
        } catch {
            report(variable, error)
            return nil
        }
    }

    private mutating func required<Value>(_ variable: AccountVariable, _ rule: ValueRule<Value>) -> Value? {
        if text(of: variable) == nil {
            report(variable, ValueProblem(code: .missingKey, "the variable is not set", expected: rule.expected))
        }
        return value(variable, rule)
    }

    private mutating func report(_ variable: AccountVariable, _ problem: ValueProblem, hint: String? = nil) {
        problems.append(
            JobProblem(
                code: problem.code, file: Self.file, position: nil, key: variable.rawValue, message: problem.message,
                expected: problem.expected, hint: hint ?? problem.hint))
    }
}
