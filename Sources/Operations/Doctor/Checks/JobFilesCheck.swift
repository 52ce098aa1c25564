import Jobs

/// Whether the job files can be used, and what is worth a look in them.
struct JobFilesCheck: DoctorCheck {
    let name = "job files"
    let path: String
    /// nil where there are none.
    let jobs: JobSet?
    let problems: [JobProblem]

    func findings() -> [Finding] {
        if !problems.isEmpty {
            return problems.map { .error(.badConfiguration, $0.description, "`octovault jobs check` lists them all") }
        }
        guard let jobs else {
            return [
                .warning(
                    "there are no job files in \(path), so that nothing is backed up by itself",
                    "`octovault init` writes one; then leave `octovault run` running")
            ]
        }
        let size = "\(jobs.jobs.count) \(jobs.jobs.count == 1 ? "job" : "jobs")"
        return [.ok("\(path): \(size), nothing is wrong with them")] + accounts(jobs)
    }

    /// Jobs whose account lacks something.
    private func accounts(_ jobs: JobSet) -> [Finding] {
        jobs.jobs.compactMap { job in
            do throws(JobFilesError) {
                _ = try jobs.account(of: job)
                return nil
            } catch {
                return .error(
                    .badConfiguration, "job \(job.name) has no account: \(error.message)",
                    "set what is missing where `octovault run` runs")
            }
        }
    }
}
