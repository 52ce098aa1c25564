import Foundation
import Jobs
import Operations
import StorageTime

extension JobSet {
    /// Reads the job files of a command's PATH; everything wrong with them goes to standard error, a line a problem.
    ///
    /// - Throws: ``Problem`` with status `badConfiguration`, told already.
    static func read(_ path: String) throws -> JobSet {
        do throws(JobFilesError) {
            return try load(path: path, environment: ProcessInfo.processInfo.environment)
        } catch {
            throw Problem.told(error)
        }
    }
}

extension Problem {
    /// Says everything that is wrong with job files, a line a problem; to a program the error alone does.
    static func told(_ error: JobFilesError) -> Problem {
        guard !OctovaultCommand.speaksJSON else { return Problem(error) }
        for problem in error.problems { Terminal.standard.say("\(problem)".printable) }
        return Problem(.badConfiguration, code: "bad-jobs", "")
    }
}

extension Int {
    /// Reads an option's count of lines.
    static func option(_ name: String, _ count: Int) throws -> Int {
        guard count > 0 else { throw Problem.usage("\(name): \(count) is not possible", hint: "write 1 or more") }
        return count
    }
}
