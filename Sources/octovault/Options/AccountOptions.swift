import ArgumentParser
import Foundation
import Jobs
import Logging
import OctoparseAPI
import Operations
import Secrets
import StorageTime

/// Which account a command talks to.
struct AccountOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The account, from accounts.yaml. Without it: the environment's (OCTOPARSE_USERNAME, OCTOPARSE_PASSWORD or "
                + "OCTOPARSE_PASSWORD_FILE, OCTOPARSE_BASE_URL, …), else accounts.yaml's 'default'.",
            valueName: "name"))
    var account: String?

    @Option(help: ArgumentHelp("The folder of job files, where accounts.yaml lies.", valueName: "path"))
    var jobs = "jobs"

    func resolve() throws -> Account {
        let environment = ProcessInfo.processInfo.environment
        let isInEnvironment = environment["OCTOPARSE_USERNAME"].map { !$0.isEmpty } ?? false
        let file = ["accounts.yaml", "accounts.yml"].map { "\(jobs)/\($0)" }
            .first { FileManager.default.fileExists(atPath: $0) }
        guard account != nil || (!isInEnvironment && file != nil) else {
            do {
                return try Account.fromEnvironment(environment)
            } catch {
                throw Problem(
                    .badConfiguration, code: "no-account", "no account: \(error.message)",
                    hint: "export OCTOPARSE_USERNAME and OCTOPARSE_PASSWORD, or write jobs/accounts.yaml and name the "
                        + "account with --account")
            }
        }
        let name = account ?? JobDefaults.account
        // The accounts alone: a command that names its tasks needs no job, and no job needs to be right.
        let known = try JobSet.load(path: file ?? jobs, environment: environment).accounts
        guard let found = known.first(where: { $0.name == name }) else {
            let names = known.map(\.name).joined(separator: ", ")
            throw Problem(
                .badConfiguration, code: "no-account", "there is no account '\(name)' in \(jobs)",
                hint: names.isEmpty ? "write \(jobs)/accounts.yaml" : "the accounts there are: \(names)")
        }
        return found
    }
}
