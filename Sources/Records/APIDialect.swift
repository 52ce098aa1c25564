/// Which of the vendor's two APIs a host speaks, by the names of the account's setting `api`.
package enum APIDialect: String, Sendable, Hashable, CaseIterable, Codable {
    /// The API of 2016: windows of storage time, pages, a form for a token.
    case dataExport = "data-export"
    /// The API of today: cursors, keys, JSON for a token.
    case openAPI = "openapi"

    /// What a host's name says: `openapi.octoparse.com` and its like speak the API of today.
    package init(host: String) {
        self = host.lowercased().hasPrefix("openapi.") ? .openAPI : .dataExport
    }

    package var other: APIDialect { self == .openAPI ? .dataExport : .openAPI }
}
