import Catalog
import Foundation
import Jobs
import Secrets

/// What the files say that a line that is being typed points to: the vault's catalog, and the job files.
struct CompletionFiles {
    private let line: TypedLine
    private let environment: [String: String]

    private static let mostTasks = 20_000
    private static let mostJobs = 5_000

    init(line: TypedLine, environment: [String: String]) {
        self.line = line
        self.environment = environment
    }

    /// The vault's tasks, with their names as far as a shell can take them and one task alone has them.
    var tasks: [(task: String, name: String)] {
        let known = catalog { try $0.taskNames(limit: Self.mostTasks) } ?? []
        let counts = Dictionary(known.map { ($0.name.lowercased(), 1) }) { $0 + $1 }
        return known.map { task, name in
            (task, name.isPlainInShells && counts[name.lowercased()] == 1 ? name : "")
        }
    }

    var jobs: [String] {
        let folder = path(of: "--jobs") ?? "jobs"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let files = names.prefix(Self.mostJobs).filter { name in
            !name.hasPrefix(".") && [".yaml", ".yml"].contains(where: name.hasSuffix)
                && !JobSet.accountFiles(in: folder).contains("\(folder)/\(name)")
        }
        let ran = catalog { try $0.jobHistories().prefix(Self.mostJobs).map(\.job) } ?? []
        return (files.map { String($0[..<($0.lastIndex(of: ".") ?? $0.endIndex)]) } + ran).sorted()
    }

    var accounts: [String] {
        guard let file = JobSet.accountFile(in: path(of: "--jobs") ?? "jobs"),
            // Secrets that are read on the way are forgotten with the registry.
            let set = try? JobSet.load(path: file, environment: environment, secrets: SecretRegistry())
        else { return [] }
        return set.accounts.map(\.name)
    }

    /// What the catalog tells, without a lock and without a change; nil where it cannot be read as it is.
    private func catalog<Result>(_ ask: (SnapshotCatalog) throws -> Result) -> Result? {
        let folder = path(of: "--vault") ?? variable("OCTOVAULT_VAULT") ?? "vault"
        let file = path(of: "--catalog") ?? variable("OCTOVAULT_CATALOG") ?? "\(folder)/catalog.sqlite"
        guard let catalog = try? SnapshotCatalog.openReader(path: file, wait: OpenWait(limit: 0.2)) else { return nil }
        defer { try? catalog.close() }
        return try? ask(catalog)
    }

    private func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The path that an option names; the shell would put the home folder where it begins with a tilde.
    private func path(of option: String) -> String? {
        line.value(of: option).map { path in
            guard path.hasPrefix("~/"), let home = environment["HOME"] else { return path }
            return home + path.dropFirst()
        }
    }
}
