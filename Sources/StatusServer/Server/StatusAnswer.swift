import HTTPTypes

/// An answer before it is sent.
struct StatusAnswer: Sendable {
    enum Kind: String, Sendable {
        case html = "text/html; charset=utf-8"
        case css = "text/css; charset=utf-8"
        case svg = "image/svg+xml"
        case text = "text/plain; charset=utf-8"
        case metrics = "text/plain; version=0.0.4; charset=utf-8"
        case json = "application/json"
    }

    var status: HTTPResponse.Status = .ok
    var kind: Kind
    var body: [UInt8]
    var extra: [(HTTPField.Name, String)] = []

    init(_ kind: Kind, _ text: String, status: HTTPResponse.Status = .ok) {
        (self.status, self.kind, body) = (status, kind, Array(text.utf8))
    }

    init(_ kind: Kind, _ body: [UInt8]) { (self.kind, self.body) = (kind, body) }

    init(json: [UInt8]) { (kind, body) = (.json, json) }

    /// Nothing is loaded from anywhere but the style sheet and the icon, nothing runs, nobody frames it.
    private static let policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    var headers: HTTPFields {
        var fields: HTTPFields = [.contentType: kind.rawValue, .cacheControl: "no-store"]
        for (name, value) in [
            ("Content-Security-Policy", Self.policy), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        for (name, value) in extra { fields[name] = value }
        return fields
    }
}
