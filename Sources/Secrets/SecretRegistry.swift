import Synchronization

/// Every secret that the process has ever held, and the one way to take them out of texts from elsewhere.
///
/// Passwords, tokens and addresses that are secrets are added when they come into the process and stay until it ends,
/// so that an old one, or one of another account, is masked as well. A text that comes from a server or from a command
/// is masked as it comes in, before anything else sees it; rows are data, and are archived as they are.
///
/// Safe to use from any number of tasks. What is kept of tokens is bounded, for a server may grant new ones without
/// end: the newest ``SecretNeedles/mostTokens``, of ``SecretNeedles/mostTokenBytes`` bytes together.
package final class SecretRegistry: Sendable {
    /// The process's own. Tests make others.
    package static let process = SecretRegistry()

    private struct State {
        var needles = SecretNeedles()
        var variables: Set<String> = SecretVariables.always
    }

    private let state = Mutex(State())

    package init() {}

    /// How long a secret lasts.
    package enum Kind: Sendable {
        /// One that the operator chose; it is never forgotten.
        case chosen
        /// One that a server granted.
        case token
    }

    /// Adds a secret; an empty one, and one that is there already, change nothing.
    package func add(_ secret: String, _ kind: Kind = .chosen) {
        guard !secret.isEmpty else { return }
        state.withLock { $0.needles.add(secret, isToken: kind == .token) }
    }

    /// `text` with each secret in it as `[secret]`, also where it is written in another way: percent-encoded, as a form
    /// has it, escaped as in JSON or HTML, in Base64 or hexadecimal, in other letter case, and these within each other.
    ///
    /// A secret of fewer than four characters is masked where it stands as a word of its own: within other words it is
    /// there by chance, and masking it would spell it out.
    ///
    /// - Complexity: O(*n*) in the text, whatever the number of secrets.
    package func mask(_ text: String) -> String { mask(text, .prose) }

    /// An id with each secret in it as `[secret]`.
    ///
    /// Ids are what requests and folders are made of, so less is masked in them: a secret of at least eight characters,
    /// and a shorter one of at least four where it is the whole id.
    package func mask(id: String) -> String { mask(id, .identifier) }

    private func mask(_ text: String, _ rule: SecretNeedles.Rule) -> String {
        let needles = state.withLock { $0.needles }
        guard !needles.isEmpty, !text.isEmpty else { return text }
        return needles.masked(text, rule)
    }

    /// Adds the name of an environment variable whose value is a secret, and the value.
    package func add(variable: String, in environment: [String: String]) {
        state.withLock { _ = $0.variables.insert(variable) }
        add(environment[variable] ?? "")
    }

    /// Adds the secrets of an environment: the values of the variables that hold one, and the credentials of proxies.
    package func add(environment: [String: String]) {
        for variable in state.withLock({ $0.variables }) { add(environment[variable] ?? "") }
        for (name, value) in environment where ProxyVariable.isOne(name) {
            ProxyVariable.secrets(of: value).forEach { add($0) }
        }
    }

    /// What a command of the operator's gets of `environment`: all but what the program itself keeps secret. The
    /// variables that hold a password, of any account and whether or not one is used, are left out, and proxies lose
    /// their user name and password.
    package func environmentForCommands(_ environment: [String: String]) -> [String: String] {
        let hidden = state.withLock { $0.variables }
        var shown: [String: String] = [:]
        for (name, value) in environment where !hidden.contains(name) {
            shown[name] = ProxyVariable.isOne(name) ? ProxyVariable.withoutCredentials(value) : value
        }
        return shown
    }
}

/// Variables that hold a secret, whatever the account files say.
enum SecretVariables {
    static let always: Set<String> = ["OCTOPARSE_PASSWORD", "OCTOPARSE_API_KEY"]
}
