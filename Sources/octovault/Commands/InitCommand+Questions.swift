import Foundation
import Jobs
import OctoparseAPI
import Operations
import Records
import Spelling
import StorageTime

extension InitCommand {
    /// Asks for what is needed to log in and was not given.
    func answer(_ request: inout SetupRequest) throws {
        guard request.apiKey == nil, request.username == nil || request.password == nil || request.baseURL == nil else {
            return
        }
        let prompt = Prompt()
        if request.baseURL == nil {
            let today = JobDefaults.baseURLOfToday
            output.terminal.say("Nothing is written before the server has answered. Other addresses:")
            output.terminal.say("  https://dataapi.bazhuayu.com for accounts of bazhuayu.com")
            output.terminal.say("  \(today) for newer accounts, and those with an API key")
            request.baseURL = try prompt.ask("API address", proposal: JobDefaults.baseURL)
        }
        if request.username == nil {
            let isNeeded = !request.takesKey
            let question = isNeeded ? "User name" : "User name (Enter where there is an API key)"
            let name = try prompt.ask(question, isNeeded: isNeeded)
            guard !name.isEmpty else {
                request.apiKey = try prompt.askSecret("API key")
                return
            }
            request.username = name
        }
        request.password = try request.password ?? prompt.askSecret("Password")
    }

    /// Logs in; on a terminal, a password that is refused is asked for again.
    func logIn(_ first: SetupRequest, _ asks: Bool) async throws -> (Setup, [ListedTask]) {
        var request = first
        for attempt in 1... {
            let setup = try await Setup(request, logger: output.logger())
            let account = setup.account
            output.say(
                "logging in at \(account.host) " + (account.usesKey ? "with the key" : "as \(account.username)"))
            do {
                return (setup, try await setup.tasks())
            } catch let error as APIError where error.code == .wrongAPI && request.api == nil && !account.usesKey {
                // The host's name did not say which API it speaks; its answer did.
                request.api = account.dialect.other.rawValue
                output.say("\(account.host) speaks another API; trying api: \(account.dialect.other.rawValue)")
            } catch {
                let problem = Problem(error)
                guard asks, problem.code == "credentials-refused", attempt < Self.mostAttempts else { throw error }
                output.terminal.say("octovault: \(problem.message)")
                let prompt = Prompt()
                if account.usesKey {
                    request.apiKey = try prompt.askSecret("API key")
                } else {
                    request.username = try prompt.ask("User name", proposal: account.username)
                    request.password = try prompt.askSecret("Password")
                }
            }
        }
        throw Problem.usage("the questions were not answered")
    }

    /// As many as a login screen allows.
    private static let mostAttempts = 3

    /// The first line of a file, else a variable's value; nil where neither is given.
    func secret(_ option: String, _ file: String?, _ variable: String) throws -> String? {
        if let file {
            let text = file == "-" ? readLine() : try? String(contentsOfFile: file, encoding: .utf8)
            guard let line = text?.split(whereSeparator: \.isNewline).first, line.utf8.count <= 4096 else {
                throw Problem.usage("\(option): \(file) holds none", hint: "write it there as one line")
            }
            return String(line)
        }
        return ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The first day to back up, where there are rows older than the one that is proposed; nil is that one.
    func firstDay(_ found: Setup.Measurement, _ asks: Bool) throws -> String? {
        guard asks, let oldest = found.oldestDay else { return nil }
        output.terminal.say(
            "\(found.rows.counted("row")) of the last thirty days; \(found.olderRows.grouped) are older, the first of "
                + "\(oldest.dateText).")
        let prompt = Prompt()
        for _ in 0..<Self.mostAttempts {
            let answer = try prompt.ask("First day to back up", proposal: oldest.dateText)
            if (try? StorageInstant(parsing: answer)) != nil { return answer }
            output.terminal.say("  write a day as \(oldest.dateText)")
        }
        throw Problem.usage("--start: no day was given", hint: "write a day as \(oldest.dateText)")
    }

    /// Ids of tasks.
    func choose(from tasks: [ListedTask], former: [String], _ asks: Bool) throws -> [String] {
        if task.contains("all") { return tasks.map(\.id) }
        if !task.isEmpty { return task }
        if !former.isEmpty { return former }
        guard asks else {
            if tasks.count == 1 { return [tasks[0].id] }
            let names = tasks.prefix(5).map { $0.name.isEmpty ? $0.id : $0.name }.joined(separator: ", ")
            throw Problem.usage(
                "no task was chosen",
                hint: "give --task NAME for each, or --task all; the account has \(names)"
                    + (tasks.count > 5 ? " and \(tasks.count - 5) more" : ""))
        }
        output.terminal.say("The account's tasks:")
        for (index, task) in tasks.enumerated() {
            output.terminal.say("  \(index + 1)  \(task.name.isEmpty ? task.id : "\(task.name)  (\(task.id))")")
        }
        return try Prompt().choose("Which to back up", of: tasks.count).map { tasks[$0 - 1].id }
    }
}
