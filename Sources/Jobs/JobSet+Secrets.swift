import Foundation
import Secrets

extension JobSet {
    /// Adds the secrets that these files name: passwords in variables and files, as far as they are there, and
    /// addresses to notify. Passwords that a command tells are added when it is asked.
    func addSecrets(to secrets: SecretRegistry, environment: [String: String]) {
        secrets.add(environment: environment)
        for account in accounts { account.addSecrets(to: secrets, environment: environment) }
        for job in jobs {
            let notify = job.notify
            for url in [notify.start, notify.success, notify.failure, notify.recovery] { url?.addSecrets(to: secrets) }
            for service in notify.services { service.addSecrets(to: secrets) }
        }
    }
}

extension Account {
    /// Adds the password, where that takes no more than a look at a variable or a file: a token of an earlier run may
    /// stand in for it, so that the password is never asked for, and the server knows it all the same.
    func addSecrets(to secrets: SecretRegistry, environment: [String: String]) {
        switch password {
        case .environment(let variable): secrets.add(variable: variable, in: environment)
        case .file(let path):
            if let password = try? passwordLine(ofFile: path) { secrets.add(password) }
        case .command: break
        }
    }
}

extension NotifyService {
    func addSecrets(to secrets: SecretRegistry) {
        switch self {
        case .healthchecks(let url), .ntfy(let url), .slack(let url), .uptimeKuma(let url):
            url.addSecrets(to: secrets)
        case .apprise(let urls):
            for url in urls {
                secrets.add(url.text)
                secrets.add(String(url.text.drop { $0 != ":" }.dropFirst(3)))
            }
        }
    }
}

extension NotifyURL {
    /// A path that is shorter is no secret, and would be masked in much that has nothing to do with it.
    private static let shortestPath = 12

    func addSecrets(to secrets: SecretRegistry) {
        secrets.add(text)
        guard let scheme = text.range(of: "://"), let path = text[scheme.upperBound...].firstIndex(of: "/"),
            text.distance(from: path, to: text.endIndex) >= Self.shortestPath
        else { return }
        secrets.add(String(text[path...]))
    }
}
