import ArgumentParser
import Foundation
import Operations
import Secrets
import StatusServer

/// Where the page is served, and who may look.
struct ListenOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve the page, metrics and health there, over plain HTTP; port 0 takes a free one.",
            valueName: "host:port"))
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "A name that browsers may ask for beside the one listened at, as behind a proxy. Repeatable.",
            valueName: "name"))
    var listenHost: [String] = []

    @Option(
        help: ArgumentHelp(
            "Ask for the user 'octovault' and the password in this file's first line. Needed, or --listen-open, where "
                + "others than this machine can reach it.", valueName: "file"), completion: .file())
    var listenPasswordFile: String?

    @Flag(help: "Let everyone look who can reach it.")
    var listenOpen = false

    /// - Returns: nil where nothing is to be served.
    /// - Throws: ``Problem`` with status `usage`, or `badConfiguration` for a password file that cannot be read.
    func configuration() throws -> ServerConfiguration? {
        guard let listen else {
            guard listenHost.isEmpty, listenPasswordFile == nil, !listenOpen else {
                throw Problem.usage("--listen-… is for --listen", hint: "add --listen HOST:PORT")
            }
            return nil
        }
        return try ServerConfiguration(
            address: try ListenAddress(listen), hosts: listenHost, password: try password(), isOpen: listenOpen,
            version: OctovaultCommand.version)
    }

    private func password() throws -> String? {
        guard let path = listenPasswordFile else { return nil }
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: 4096) else {
            throw Problem(
                .badConfiguration, code: "bad-password-file", "--listen-password-file: \(path) cannot be read",
                hint: "write a password into its first line, and chmod 600")
        }
        let line = String(decoding: data, as: UTF8.self).prefix { !$0.isNewline }
        guard !line.isEmpty else {
            throw Problem(
                .badConfiguration, code: "bad-password-file", "--listen-password-file: \(path) has an empty first line",
                hint: "write a password into its first line")
        }
        SecretRegistry.process.add(String(line))
        return String(line)
    }
}
