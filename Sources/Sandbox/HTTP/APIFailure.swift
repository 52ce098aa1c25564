import HTTPTypes

/// The errors that the API answers with, as its page writes them, and the two of its web server.
enum APIFailure: Error, Hashable {
    case unauthorized
    case wrongMethod(String)
    case taskUnknown
    case pageSize
    case serverError
    case unsupportedGrantType
    case invalidGrant(String)
    /// A query that no type of the server's fits, such as a page index that is no number.
    case invalidRequest
    case notFound(String)

    /// The body, letter by letter, the two spellings of `error_description` included.
    var body: String {
        switch self {
        case .unauthorized: #"{"error":"unauthorized","error_Description":"access_token invalid"}"#
        case .wrongMethod(let method):
            #"{"message":\#(JSONWriting.quoted("Requested Resource Does Not Support HTTP Method '\(method)'"))}"#
        case .taskUnknown:
            #"{"error":"taskid_error","error_Description":"TaskID is invalid or the task does not belong to you."}"#
        case .pageSize:
            #"{"error":"export_pagesize_error","error_Description":"Size range from 1 to 1000"}"#
        case .serverError:
            #"{"error":"server_error","error_Description":"Server Error. Please try again later!"}"#
        case .unsupportedGrantType: #"{"error":"unsupported_grant_type"}"#
        case .invalidGrant(let reason):
            #"{"error":"invalid_grant","error_description":\#(JSONWriting.quoted(reason))}"#
        case .invalidRequest: #"{"message":"The request is invalid."}"#
        case .notFound(let path):
            #"{"message":\#(JSONWriting.quoted("No HTTP resource was found that matches '\(path)'."))}"#
        }
    }

    /// The API's page names no status but for tokens; these are what its kind of server sends.
    var status: HTTPResponse.Status {
        switch self {
        case .unauthorized: .unauthorized
        case .wrongMethod: .methodNotAllowed
        case .taskUnknown, .pageSize, .unsupportedGrantType, .invalidGrant, .invalidRequest: .badRequest
        case .serverError: .internalServerError
        case .notFound: .notFound
        }
    }

    /// Whether it is one of the API's own errors about data, which may come with status 200.
    var mayComeWithStatus200: Bool {
        switch self {
        case .unauthorized, .taskUnknown, .pageSize, .serverError: true
        default: false
        }
    }
}
