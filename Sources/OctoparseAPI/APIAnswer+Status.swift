import Foundation
import Records

extension APIAnswer {
    /// What the status alone says; nil for a success.
    ///
    /// - Parameter word: what the body says about it, where it could be read.
    func failureByStatus(_ context: CallContext, word: [String?]?) -> APIError? {
        let detail = (word ?? []).compactMap(\.self).joined(separator: ": ")
        var failure: APIError? =
            switch status {
            case 200..<300: nil
            case 300..<400: redirect(context)
            case 401: context.error(.unauthorized, "refuses the access token with status 401", detail: detail)
            case 403 where context.dialect == .openAPI:
                context.error(
                    .notAllowed, "does not allow this (status 403)", detail: detail,
                    hint: "the account's plan may not include the API, or the key may not cover it")
            case 404: wrongAPI(context, detail)
            case 405: context.error(.wrongMethod, "refuses the request's method with status 405", detail: detail)
            case 407:
                context.error(
                    .badConfiguration, "was not reached, for the proxy wants credentials (status 407)",
                    hint: "put user name and password into the proxy variable")
            case 408: context.error(.timeout, "gave the request up with status 408", detail: detail)
            case 429: context.error(.rateLimited, "says that requests come too fast (status 429)", detail: detail)
            case 502, 503, 504, 520...527:
                context.error(.unavailable, "is unavailable (status \(status))", detail: detail)
            case 500..<600: context.error(.serverError, "failed on its side (status \(status))", detail: detail)
            default:
                context.error(
                    .unexpected, "answered with status \(status)", detail: detail)
            }
        if failure?.isTransient == true { failure?.retryAfter = retryAfter }
        return failure
    }

    private func redirect(_ context: CallContext) -> APIError {
        context.error(
            .redirectRefused, "redirects to \(redirectTarget(context)) (status \(status)), which is not followed",
            hint: "if the address is right, make it the account's base URL")
    }

    /// Where the redirect points, without query, fragment and user information.
    private func redirectTarget(_ context: CallContext) -> String {
        guard let location, let parts = URLComponents(string: location) else { return "no readable address" }
        let scheme = parts.scheme.map { "\($0):" } ?? ""
        let host = parts.encodedHost.map { "//\($0)" } ?? ""
        let port = parts.port.map { ":\($0)" } ?? ""
        return ServerText.clean("\(scheme)\(host)\(port)\(parts.percentEncodedPath)", context.secrets)
    }
}
