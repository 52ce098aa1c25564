package import Secrets

extension Account {
    /// The longest password, in bytes.
    static let longestPassword = 4096
    /// How long a command may take to tell the password.
    package static let passwordCommandTimeout = Duration.seconds(30)

    /// Reads the password from where the account says. One line end after it is dropped.
    ///
    /// Each call reads anew: a password that was changed is found. Nothing is logged, and no error holds what was read.
    ///
    /// - Parameters:
    ///   - environment: the variables to look in; a command gets those of them that hold no secret.
    ///   - secrets: gets the password before anybody else, and says which variables a command does not get.
    ///   - timeout: how long a command may take.
    /// - Throws: where the password is not there, or is no single line of 1 to 4,096 bytes of UTF-8.
    package func password(
        environment: [String: String], secrets: SecretRegistry = .process,
        timeout: Duration = Account.passwordCommandTimeout
    ) async throws(AccountError) -> String {
        let bytes: [UInt8] =
            switch password {
            case .environment(let variable): try read(variable: variable, in: environment)
            case .file(let path): try read(file: path)
            case .command(let command):
                try await read(command: command, secrets.environmentForCommands(environment), timeout: timeout)
            }
        let password = try checked(bytes)
        secrets.add(password)
        return password
    }

    /// The password in the file at `path`.
    func passwordLine(ofFile path: String) throws(AccountError) -> String { try checked(try read(file: path)) }

    /// Where the password comes from, for messages: no argument of a command is shown.
    package var passwordOrigin: String {
        switch password {
        case .environment(let variable): "the variable \(variable)"
        case .file(let path): "the file \(path)"
        case .command(let command): "the command '\(command.masked)'"
        }
    }

    private func read(variable: String, in environment: [String: String]) throws(AccountError) -> [UInt8] {
        guard let value = environment[variable], !value.isEmpty else {
            throw error(.passwordMissing, "is not set", hint: "export \(variable)")
        }
        return Array(value.utf8)
    }

    private func read(file path: String) throws(AccountError) -> [UInt8] {
        do throws(RegularFile.Failure) {
            return try RegularFile.bytes(of: path, limit: Self.longestPassword + 2)
        } catch {
            switch error {
            case .tooLarge: throw self.error(.passwordUnusable, "is too large to be a password")
            case .notRegular: throw self.error(.passwordUnreadable, "is no regular file")
            case .notFound:
                throw self.error(
                    .passwordMissing, "is not there",
                    hint: "write the password into it, and keep it yours: chmod 600 \(path)")
            case .system(let reason): throw self.error(.passwordUnreadable, "cannot be read: \(reason)")
            }
        }
    }

    private func read(
        command: ShellCommand, _ environment: [String: String], timeout: Duration
    ) async throws(AccountError) -> [UInt8] {
        let hint = "run it by hand as the user that octovault runs as"
        do throws(CommandError) {
            let result = try await command.run(
                environment: environment, outputLimit: Self.longestPassword + 2, timeout: timeout)
            guard result.isSuccess else {
                throw CommandError(code: .failed, message: "ended with \(result.ending)")
            }
            return result.output
        } catch {
            let code: AccountError.Code =
                switch error.code {
                case .timedOut: .commandTimedOut
                case .tooMuchOutput: .passwordUnusable
                case .failed, .notFound: .commandFailed
                }
            throw self.error(code, error.message, hint: hint)
        }
    }

    private func checked(_ bytes: [UInt8]) throws(AccountError) -> String {
        var line = bytes[...]
        if line.last == UInt8(ascii: "\n") { line = line.dropLast() }
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        guard !line.isEmpty else { throw error(.passwordUnusable, "holds an empty password") }
        guard line.count <= Self.longestPassword else { throw error(.passwordUnusable, "is too long for a password") }
        guard !line.contains(UInt8(ascii: "\n")), !line.contains(0) else {
            throw error(
                .passwordUnusable, "gives more than one line", hint: "the password has to be alone, as one line")
        }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw error(.passwordUnusable, "holds no UTF-8 text")
        }
        return text
    }

    private func error(_ code: AccountError.Code, _ fault: String, hint: String? = nil) -> AccountError {
        AccountError(
            code: code, message: "account '\(name)': no password, since \(passwordOrigin) \(fault)", hint: hint)
    }
}
