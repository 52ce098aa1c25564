import Foundation
import Records
import RowJSON
import Secrets

/// Who was asked for what: gives each error its sentence.
struct CallContext: Sendable {
    let host: String
    let subject: String
    /// What a server could repeat and no message may hold.
    let secrets: SecretRegistry
    var dialect = APIDialect.dataExport
    /// What to do where the path is not there; nil is to look at the account's settings.
    var missingHint: String?

    /// - Parameters:
    ///   - reason: continues "host, asked for subject, …".
    ///   - detail: text from outside, put in parentheses after it is cleaned.
    func error(
        _ code: APIError.Code, _ reason: String, detail: String? = nil, hint: String? = nil,
        cause: (any Error)? = nil, isTransient: Bool? = nil
    ) -> APIError {
        let detail = detail.map { ServerText.clean($0, secrets) } ?? ""
        return APIError(
            code, "\(host), asked for \(subject), \(reason)\(detail.isEmpty ? "" : " (\(detail))")", hint: hint,
            cause: cause, isTransient: isTransient)
    }

    /// A number from an answer, for a message: a server may repeat a secret that is made of digits.
    func shown(_ number: Int) -> String { secrets.mask(String(number)) }

    /// The error without what it quotes of the answer, as far as that is a secret.
    func masked(_ error: RowJSONError) -> RowJSONError {
        RowJSONError(error.code, at: error.offset, secrets.mask(error.message))
    }
}
