import Records
import StorageTime

extension Account {
    /// The account under the keys of its file, defaults filled in. A command that tells the password shows its program.
    package var effective: EffectiveValue {
        let source: EffectiveValue.Entry =
            switch password {
            case .file(let path): .init((usesKey ? AccountKey.apiKeyFile : .passwordFile).rawValue, .text(path))
            case .command(let command):
                .init((usesKey ? AccountKey.apiKeyCommand : .passwordCommand).rawValue, .text(command.masked))
            case .environment(let variable):
                .init((usesKey ? AccountKey.apiKeyEnv : .passwordEnv).rawValue, .text(variable))
            }
        return .mapping(
            [
                .init("base_url", .text(baseURL.text)), .init("api", .text(dialect.rawValue)),
            ] + (usesKey ? [] : [.init("username", .text(username))]) + [
                source,
                .init("time_zone", timeZone.map { .text($0.name) } ?? .null),
                .init("interval", interval.map { .text($0.rawValue) } ?? .null),
                .init("unexported", unexported.map { .text($0.rawValue) } ?? .null),
                .init("requests_per_second", .number(requestsPerSecond)), .init("allow_http", .flag(allowHTTP)),
                .init("ca_file", caFile.map(EffectiveValue.text) ?? .null),
            ])
    }
}

extension JobSet {
    /// The whole set: `accounts` and `jobs` by name.
    package var effective: EffectiveValue {
        .mapping([
            .init("accounts", .mapping(accounts.map { .init($0.name, $0.effective) })),
            .init("jobs", .mapping(jobs.map { .init($0.name, $0.effective) })),
        ])
    }
}
