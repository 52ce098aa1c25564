import Foundation
import Jobs
import Scheduler
import Secrets

/// Tells services that the program `apprise` knows. It is run without a shell; the addresses, which hold secrets, are
/// in a file of ours that goes with it, and in no argument that others could read.
struct Apprise: Sendable {
    let environment: [String: String]
    let secrets: SecretRegistry

    static let variable = "OCTOVAULT_APPRISE"
    private static let timeout = Duration.seconds(55)

    /// Why it did not work, without any secret.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func tell(_ urls: [AppriseURL], _ announcement: Announcement) async throws {
        let announcement = announcement.printable
        let program = environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 } ?? "apprise"
        let file = try configuration(urls)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let kind =
            switch announcement.event {
            case .failure: "failure"
            case .missed: "warning"
            case .recovery, .success: "success"
            case .start, .test: "info"
            }
        let command = ShellCommand.program([
            program, "--config", file, "--notification-type", kind, "--title", announcement.title,
        ])
        let text = announcement.text.isEmpty ? announcement.title : announcement.text
        let result: CommandResult
        do throws(CommandError) {
            result = try await command.run(
                environment: secrets.environmentForCommands(environment), input: Array(text.utf8), tail: OutputTail(),
                timeout: Self.timeout)
        } catch {
            try Task.checkCancellation()
            let hint = error.code == .notFound ? "; install it, or name it in \(Self.variable)" : ""
            throw Failure(description: "the program apprise \(error.message)\(hint)")
        }
        guard result.isSuccess else { throw Failure(description: "the program apprise ended with \(result.ending)") }
    }

    private func configuration(_ urls: [AppriseURL]) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("octovault-\(UUID().uuidString).conf")
            .path
        let lines = urls.map { $0.text + "\n" }.joined()
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(lines.utf8), attributes: [.posixPermissions: 0o600])
        else { throw Failure(description: "the addresses for apprise cannot be written to a temporary file") }
        return path
    }
}
