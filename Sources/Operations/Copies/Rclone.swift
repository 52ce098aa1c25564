import Archive
import Foundation
import Jobs

/// The program rclone, run without a shell. Remotes, keys and passwords are in its own settings.
struct Rclone: Sendable {
    /// The program's name or path, and what comes before its arguments.
    private let program: String
    private let environment: [String: String]
    /// The copy's name, for errors.
    private let name: String

    /// A copy's listing of one task that is longer than this is none of a vault.
    private static let longestListing = 1 << 30
    /// A day's transfer is cut into many calls; one that takes longer hangs.
    private static let timeout = Duration.seconds(7 * 86_400)

    init(name: String, environment: [String: String]) {
        let chosen = environment["OCTOVAULT_RCLONE"] ?? ""
        program = chosen.isEmpty ? "rclone" : chosen
        self.name = name
        // What this program knows of the API's account is nobody else's.
        self.environment = environment.filter { !$0.key.hasPrefix("OCTOPARSE_") }
    }

    struct Answer: Sendable {
        var status: Int32
        var output: [UInt8]
        /// The end of what it logged.
        var log: String
    }

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - options: come before the operands.
    ///   - operands: files and remotes; none is taken for an option.
    ///   - list: paths, one a line, that it reads from a file.
    /// - Throws: ``CopyError`` where there is no answer; `CancellationError`.
    func run(_ verb: String, _ options: [String] = [], _ operands: [String], list: [String]? = nil) async throws
        -> Answer
    {
        let folder = try PrivateFolder()
        defer { folder.remove() }
        var words: [String] = [program, verb]
        words += options
        words += ["--log-file", "\(folder.path)/log", "--stats", "0"]
        if let list {
            let path = "\(folder.path)/list"
            let lines = list.joined(separator: "\n") + "\n"
            try Data(lines.utf8).write(to: URL(fileURLWithPath: path))
            words += ["--files-from-raw", path]
        }
        words.append("--")
        words += operands
        do throws(CommandError) {
            let result = try await ShellCommand.program(words).run(
                environment: environment, outputLimit: Self.longestListing, timeout: Self.timeout)
            return Answer(
                status: result.exitStatus ?? Int32(128), output: result.output,
                log: Self.tail(of: "\(folder.path)/log"))
        } catch {
            if Task.isCancelled { throw CancellationError() }
            switch error.code {
            case .notFound:
                throw CopyError(
                    .noProgram, "the program \(program) is not there, and \(name) is reached by it",
                    hint: "install rclone (apt-get install rclone), or name it in OCTOVAULT_RCLONE")
            case .tooMuchOutput:
                throw CopyError(.tooMuch, "\(name) lists more files of one task than a vault has")
            default:
                throw CopyError(.failed, "rclone \(verb) of \(name) \(error.message)")
            }
        }
    }

    /// The error of an answer with a status other than 0.
    func failure(_ verb: String, _ answer: Answer) -> CopyError {
        let line = answer.log.split(separator: "\n").last { $0.contains("ERROR") || $0.contains("Failed") } ?? ""
        let reason = line.isEmpty ? "" : ": \(line.prefix(400))"
        return CopyError(
            .failed, "rclone \(verb) of \(name) ended with \(answer.status)\(reason)",
            hint: "try `rclone lsd` on the remote: its settings and keys are rclone's")
    }

    private static func tail(of path: String) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        let most: UInt64 = 16_384
        try? file.seek(toOffset: size > most ? size - most : 0)
        return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    }
}

/// A folder of this process's own, for its user alone.
struct PrivateFolder: Sendable {
    let path: String

    init() throws(ArchiveError) {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("octovault-\(UUID().uuidString)").path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ArchiveError(.cannotWrite, "cannot make the folder \(path)", cause: error)
        }
        self.path = path
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
