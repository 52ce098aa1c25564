/// The jobs of a folder and the accounts they use, checked against each other.
package struct JobSet: Sendable {
    /// By name.
    package let jobs: [Job]
    /// In the account file's order. Without an account file, the environment's account, where that is complete.
    package var accounts: [Account]
    /// Why the environment describes no account; nil where it does, or where there is an account file.
    let missing: JobFilesError?

    /// The account that a job uses.
    ///
    /// - Throws: where the account is the environment's, and the environment lacks a variable that it needs.
    package func account(of job: Job) throws(JobFilesError) -> Account {
        if let account = accounts.first(where: { $0.name == job.account }) { return account }
        throw missing
            ?? JobFilesError(problems: [
                JobProblem(
                    code: .badValue, file: job.file, position: nil, key: JobKey.account.rawValue,
                    message: "there is no account \(QuotedText.value(job.account))")
            ])
    }
}
