import Foundation

/// The files that a path stands for.
struct JobFolder {
    var jobFiles: [String] = []
    var accountFiles: [String] = []

    /// The files of a folder, or a single file with the account file beside it; nil, and a problem, where there is
    /// nothing.
    static func find(_ path: String, problems: inout [JobProblem]) -> JobFolder? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            problems.append(
                JobProblem(
                    code: .unreadable, file: path, position: nil, message: "there is no such file or folder",
                    expected: "a folder of job files, or one job file", hint: writesOne))
            return nil
        }
        return isFolder.boolValue ? inFolder(path, problems: &problems) : around(file: path)
    }

    /// A job's name: its file's, without folder and ending.
    static func jobName(of file: String) -> String {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }

    /// The folder part of a path; empty for a bare name.
    static func folder(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "" }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }

    private static let writesOne = "`octovault init` writes an account and a first job"

    /// The most files of a folder that are read.
    private static let mostFiles = 20_000

    private static func inFolder(_ path: String, problems: inout [JobProblem]) -> JobFolder? {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            problems.append(
                JobProblem(code: .unreadable, file: path, position: nil, message: "the folder cannot be read"))
            return nil
        }
        let count = names.count(where: isYAML)
        guard count <= mostFiles else {
            problems.append(
                JobProblem(
                    code: .unreadable, file: path, position: nil, message: "the folder holds \(count) YAML files",
                    expected: "no more than \(mostFiles)"))
            return nil
        }
        let files = names.filter { isYAML($0) && !isFolder(join(path, $0)) }.sorted().map { join(path, $0) }
        let accounts = files.filter { JobSet.accountFileNames.contains(lastComponent($0)) }
        let jobs = files.filter { !accounts.contains($0) }
        if jobs.isEmpty {
            problems.append(
                JobProblem(
                    code: .noJobs, file: path, position: nil, message: "the folder holds no job",
                    expected: "at least one *.yaml beside accounts.yaml", hint: writesOne))
        }
        reportSameNames(jobs, problems: &problems)
        return JobFolder(jobFiles: jobs, accountFiles: accounts)
    }

    private static func around(file: String) -> JobFolder {
        if JobSet.accountFileNames.contains(lastComponent(file)) { return JobFolder(accountFiles: [file]) }
        let folder = folder(of: file)
        let beside = JobSet.accountFileNames.map { folder.isEmpty ? $0 : join(folder, $0) }
        return JobFolder(
            jobFiles: [file], accountFiles: beside.filter { FileManager.default.fileExists(atPath: $0) })
    }

    private static func reportSameNames(_ jobs: [String], problems: inout [JobProblem]) {
        for (name, files) in Dictionary(grouping: jobs, by: jobName) where files.count > 1 {
            problems += files.dropFirst().map { file in
                JobProblem(
                    code: .conflict, file: file, position: nil, message: "another file is the job '\(name)'",
                    expected: "one; the other is \(files[0])")
            }
        }
    }

    private static func isYAML(_ name: String) -> Bool {
        !name.hasPrefix(".") && (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    private static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
