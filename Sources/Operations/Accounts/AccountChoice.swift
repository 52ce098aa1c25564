import Foundation
package import Jobs
import Spelling

/// Which account a command talks to: the one named or, without a name, the environment's, else the file's `default`.
package struct AccountChoice: Sendable {
    package let name: String?
    /// The folder of job files, where the file of accounts lies.
    package let jobs: String
    private let environment: [String: String]

    package init(
        name: String?, jobs: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.name = name
        self.jobs = jobs
        self.environment = environment
    }

    /// What to do about the environment: about what is wrong there, and not about what is set.
    private static func advice(_ problems: [JobProblem]) -> String {
        let missing = problems.filter { $0.code == .missingKey }.map { problem in
            problem.key == "OCTOPARSE_PASSWORD" ? "OCTOPARSE_PASSWORD_FILE (or OCTOPARSE_PASSWORD)" : problem.key ?? ""
        }
        guard !missing.isEmpty else {
            let hints = problems.compactMap(\.hint)
            let zone = problems.contains { $0.key == "OCTOPARSE_TIME_ZONE" }
            let unset = zone ? ["unset it, and `octovault probe TASK` measures the zone"] : []
            return (hints + unset + ["the variables that are not named here are fine"]).joined(separator: "; ")
        }
        let names = missing.joined(separator: " and ")
        return missing.count == 1
            ? "export \(names)" : "`octovault init` writes an account into jobs/accounts.yaml; or export \(names)"
    }

    /// - Throws: ``Problem`` with code `no-account` where there is no such account, or not all that it needs;
    ///   `JobFilesError` where the file of accounts is wrong.
    package func account() throws -> Account {
        let isInEnvironment = ["OCTOPARSE_USERNAME", "OCTOPARSE_API_KEY", "OCTOPARSE_API_KEY_FILE"].contains {
            environment[$0].map { !$0.isEmpty } ?? false
        }
        let file = JobSet.accountFile(in: jobs)
        guard name != nil || (!isInEnvironment && file != nil) else {
            do {
                return try Account.fromEnvironment(environment)
            } catch {
                throw Problem(
                    .badConfiguration, code: "no-account",
                    "no account: \(error.problems.map(\.variableText).joined(separator: "; "))",
                    hint: Self.advice(error.problems))
            }
        }
        let wanted = name ?? JobDefaults.account
        guard file != nil || FileManager.default.fileExists(atPath: jobs) else {
            throw Problem(
                .badConfiguration, code: "no-account",
                "there is no account '\(wanted)': there is no file \(jobs)/accounts.yaml",
                hint: "`octovault init` writes one; --jobs names the folder of another")
        }
        // The accounts alone: a command that names its tasks needs no job, and no job needs to be right.
        let known = try JobSet.load(path: file ?? jobs, environment: environment).accounts
        guard let found = known.first(where: { $0.name == wanted }) else {
            let names = known.map(\.name).joined(separator: ", ")
            throw Problem(
                .badConfiguration, code: "no-account", "there is no account '\(wanted)' in \(jobs)",
                hint: names.isEmpty
                    ? "`octovault init` writes \(jobs)/accounts.yaml"
                    : NearestName.of(wanted, among: known.map(\.name)).map { "did you mean '\($0)'?" }
                        ?? "the accounts there are: \(names)")
        }
        return found
    }
}

extension JobProblem {
    /// The problem with a variable, without the place that all of them share.
    fileprivate var variableText: String {
        let expected = code == .missingKey || self.expected == nil ? "" : " (expected \(self.expected ?? ""))"
        return "\(key ?? file) \(code == .missingKey ? "is not set" : "is wrong: \(message)")\(expected)"
    }
}
