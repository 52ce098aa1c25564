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
            valueName: "name"), completion: Completion.accounts)
    var account: String?

    @Option(
        help: ArgumentHelp("The folder of job files, where accounts.yaml lies.", valueName: "path"),
        completion: .directory)
    var jobs = "jobs"

    var choice: AccountChoice { AccountChoice(name: account, jobs: jobs) }
}
