import Foundation

/// Who was asked for what: gives each error its sentence.
struct CallContext: Sendable {
    let host: String
    let subject: String
    private let plainSecrets: [String]

    /// What a server could echo and no message may hold, as it is and as a form or an address holds it. Worked out where
    /// there is something to say: most answers are no errors.
    var secrets: [String] {
        plainSecrets.flatMap { secret in
            let encoded = PercentEncoding.encode(secret)
            return [secret, encoded, encoded.replacingOccurrences(of: "%20", with: "+")]
        }
    }

    init(host: String, subject: String, secrets: [String]) {
        self.host = host
        self.subject = subject
        plainSecrets = secrets
    }

    /// - Parameters:
    ///   - reason: continues "host, asked for subject, …".
    ///   - detail: text from outside, put in parentheses after it is cleaned.
    func error(
        _ code: APIError.Code, _ reason: String, detail: String? = nil, hint: String? = nil,
        cause: (any Error)? = nil, isTransient: Bool? = nil
    ) -> APIError {
        let detail = detail.map { ServerText.clean($0, secrets: secrets) } ?? ""
        return APIError(
            code, "\(host), asked for \(subject), \(reason)\(detail.isEmpty ? "" : " (\(detail))")", hint: hint,
            cause: cause, isTransient: isTransient)
    }
}
