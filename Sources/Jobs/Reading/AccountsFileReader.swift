import Records
import StorageTime

/// Reads `accounts.yaml`: accounts by name.
struct AccountsFileReader {
    private static let hints = [
        "password":
            "passwords are kept out of this file: use password_file, password_command or password_env",
        "url": "did you mean 'base_url'?",
        "user": "did you mean 'username'?",
        "api_key": "keys are kept out of this file: use api_key_file, api_key_command or api_key_env",
    ]

    /// Seen from here are the paths in the file.
    private let folder: String
    private let home: String?
    private let log: ProblemLog

    /// The accounts that are right, in the file's order, and where each stands; what is wrong is in `log`.
    static func read(_ text: SourceText, folder: String, home: String?, log: ProblemLog) -> AccountsFile {
        let reader = AccountsFileReader(folder: folder, home: home, log: log)
        guard let root = YAMLReader.read(text, log: log) else { return AccountsFile() }
        guard case .mapping(let entries) = root.kind, !entries.isEmpty else {
            log.report(
                .wrongType, at: root.position, "the file is no mapping of accounts",
                expected: "'name: {username: …}' lines")
            return AccountsFile()
        }
        return reader.accounts(entries)
    }

    private func accounts(_ entries: [YAMLNode.Entry]) -> AccountsFile {
        var file = AccountsFile()
        var lines: [String: Int] = [:]
        for entry in entries {
            let field = Field(
                path: entry.key, keyPosition: entry.keyPosition, node: entry.value, isSecret: true, log: log)
            if let line = lines[entry.key] {
                field.reportKey(
                    .duplicateKey, "the account is given twice", expected: "each once; the first is in line \(line)")
                continue
            }
            lines[entry.key] = entry.keyPosition.line
            file.names.append(entry.key)
            guard entry.key.contains(where: { !$0.isWhitespace }) else {
                field.reportKey(.badValue, "an account's name is empty", expected: "a name")
                continue
            }
            if let account = account(field) { file.accounts.append(account) }
        }
        return file
    }

    private func account(_ field: Field) -> Account? {
        let expected = "a mapping of at least a username and where the password comes from"
        guard
            let section = field.section(
                AccountKey.self, expected: expected,
                secrets: [.passwordFile, .passwordCommand, .passwordEnv, .apiKeyFile, .apiKeyCommand, .apiKeyEnv],
                hints: Self.hints)
        else { return nil }
        var draft = AccountDraft()
        draft.baseURL = section[.baseURL]?.value(.baseAddress)
        draft.dialect = section[.api]?.value(.choice(of: APIDialect.allCases))
        draft.unexported = section[.unexported]?.value(.choice(of: DrainMode.allCases))
        draft.key = keySource(section)
        if draft.key == nil {
            draft.username = section.required(.username, expected: "the account's user name, or an API key")?
                .text(expected: "the account's user name")
            draft.password = passwordSource(section)
        } else {
            for key in [AccountKey.username, .passwordFile, .passwordCommand, .passwordEnv] {
                section[key]?.reportKey(
                    .conflict, "the account has an API key", expected: "the key, or a user and a password")
            }
            if let problem = draft.keyProblem { section[.api]?.report(problem) ?? section[.baseURL]?.report(problem) }
        }
        draft.timeZone = section[.timeZone]?.value(.zone)
        draft.interval = section[.interval]?.value(.choice(of: AccountDraft.conventions))
        draft.requestsPerSecond =
            section[.requestsPerSecond]?.value(.number(upTo: JobDefaults.greatestRate), quoted: false)
        draft.allowHTTP = section[.allowHTTP]?.value(.flag, quoted: false)
        draft.caFile = section[.caFile].flatMap(path)
        if draft.isRefusedAsInsecure {
            var problem = AccountDraft.insecure
            problem.hint = "add allow_http: true to allow it"
            section[.baseURL]?.report(problem)
        }
        return draft.account(named: field.path)
    }

    /// nil also where there is no key.
    private func keySource(_ section: Section<AccountKey>) -> Account.PasswordSource? {
        let given = [AccountKey.apiKeyFile, .apiKeyCommand, .apiKeyEnv].compactMap { key in
            section[key].map { (key, $0) }
        }
        .sorted { $0.1.keyPosition < $1.1.keyPosition }
        for (_, other) in given.dropFirst() {
            other.reportKey(.conflict, "the account has another source of its API key", expected: "one of them")
        }
        return given.map { key, field in passwordSource(key, field) }.first ?? nil
    }

    private func passwordSource(_ section: Section<AccountKey>) -> Account.PasswordSource? {
        let given = [AccountKey.passwordFile, .passwordCommand, .passwordEnv]
            .compactMap { key in section[key].map { (key, $0) } }
            .sorted { $0.1.keyPosition < $1.1.keyPosition }
        guard let (key, _) = given.first else {
            log.report(
                .missingKey, at: section.position, key: section.path, "there is no password",
                expected: "password_file, password_command or password_env")
            return nil
        }
        for (_, other) in given.dropFirst() {
            other.reportKey(
                .conflict, "the account has another source of its password",
                expected: "\(key.rawValue) or this key, not both")
        }
        return given.map { key, field in passwordSource(key, field) }[0]
    }

    private func passwordSource(_ key: AccountKey, _ field: Field) -> Account.PasswordSource? {
        switch key {
        case .passwordCommand, .apiKeyCommand: field.command().map(Account.PasswordSource.command)
        case .passwordEnv, .apiKeyEnv: field.value(.variableName).map(Account.PasswordSource.environment)
        default: path(field).map(Account.PasswordSource.file)
        }
    }

    private func path(_ field: Field) -> String? {
        field.text(expected: "a file's path")?.resolvedPath(from: folder, home: home)
    }
}

/// What an account file holds.
struct AccountsFile {
    var accounts: [Account] = []
    /// Every account's name, wrong ones too, so that jobs which name them are not blamed.
    var names: [String] = []
}

extension ValueRule where Value == String {
    fileprivate static var variableName: Self {
        let expected = "the name of an environment variable, such as OCTOPARSE_PASSWORD"
        return ValueRule(expected: expected, isDiscreet: true) { text throws(ValueProblem) in
            let isName = text.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || Unicode.Scalar(byte).properties.isAlphabetic && byte < 128
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
            // The text is not shown: someone may have put the password itself here.
            guard isName, let first = text.unicodeScalars.first, !("0"..."9").contains(first) else {
                throw ValueProblem("the value is no variable's name", expected: expected)
            }
            return text
        }
    }
}
