import RowJSON
import Records
import Secrets

// An account that is set to one API, on a host that speaks the other, is told so at once.
extension APIAnswer {
    /// What stands for a path that is not there.
    func wrongAPI(_ context: CallContext, _ detail: String = "") -> APIError {
        let set = context.dialect.rawValue
        return context.error(
            .wrongAPI, "has no such address (status \(status)); the account's api is \(set)", detail: detail,
            hint: context.missingHint ?? "check the account's base_url, or set api: \(context.dialect.other.rawValue); "
                + "openapi.octoparse.com speaks openapi, dataapi.octoparse.com data-export")
    }

    /// The fields of a token's answer.
    ///
    /// - Throws: ``APIError/Code/wrongAPI`` where they stand where the other API has them.
    func tokenFields(_ text: ArraySlice<UInt8>, _ context: CallContext) throws(APIError) -> FlatObject? {
        let keys: Set<String> = ["access_token", "refresh_token", "expires_in"]
        let flat = text.withUnsafeBytes { FlatObject($0, keys: keys) }
        let nested = text.withUnsafeBytes { FlatObject(under: "data", of: $0, keys: keys) }
        for fields in [flat, nested] {
            for key in ["access_token", "refresh_token"] {
                guard let token = fields?[key], token.utf8.count <= TokenGrant.longest else { continue }
                context.secrets.add(token, .token)
            }
        }
        let (own, other) = context.dialect == .openAPI ? (nested, flat) : (flat, nested)
        if own?["access_token"] == nil, other?["access_token"] != nil { throw misfit(context) }
        return own
    }

    /// What an error of the token endpoint says of the API that is spoken there; nil where it says nothing.
    func misfitOfToken(_ error: APIError, _ context: CallContext) -> APIError? {
        if error.code == .malformed, (200..<300).contains(status),
            contentType?.lowercased().hasPrefix("text/html") ?? false
        {
            return wrongAPI(context, "a web page instead of JSON")
        }
        let envelope = try? Envelope.parse(body)
        switch context.dialect {
        case .dataExport:
            guard error.code != .unauthorized, !error.isTransient, envelope?.isErrorObject ?? false else { return nil }
            return misfit(context)
        case .openAPI:
            guard envelope?.error?.lowercased() == "unsupported_grant_type" else { return nil }
            return misfit(context)
        }
    }

    private func misfit(_ context: CallContext) -> APIError {
        let other = context.dialect.other.rawValue
        return context.error(
            .wrongAPI, "answers as the API \(other) does; the account's api is \(context.dialect.rawValue)",
            hint: "set api: \(other) for the account (OCTOPARSE_API=\(other))")
    }
}

extension FlatObject {
    /// The same of the object under a key of an object.
    init?(under key: String, of bytes: UnsafeRawBufferPointer, keys: Set<String>) {
        var found: FlatObject?
        do {
            try RowFields.forEach(in: bytes) { field in
                guard field.kind == .object, JSONText.string(field.key).lowercased() == key else { return }
                found = FlatObject(field.value, keys: keys)
            }
        } catch {
            return nil
        }
        guard let found else { return nil }
        self = found
    }
}
