import HTTPTypes

/// The errors of the API of today.
enum OpenAPIFailure: Error, Hashable {
    case unauthorized
    case badGrant
    case badTask
    case groupNotFound
    case notAllowed
    case badSize
    case badOffset
    case badBody
    case tooLarge
    case notFound
    case wrongMethod

    private var code: String {
        switch self {
        case .unauthorized: "Unauthorized"
        case .badGrant: "Invalid.Grant"
        case .badTask: "InvalidTaskId"
        case .groupNotFound: "GroupNotFound"
        case .notAllowed: "MemberNotAllowed"
        case .badSize: "InvalidSize"
        case .badOffset: "InvalidOffset"
        case .badBody: "InvalidParameter"
        case .tooLarge: "ResponseTooLarge"
        case .notFound: "NotFound"
        case .wrongMethod: "MethodNotAllowed"
        }
    }

    private var message: String {
        switch self {
        case .unauthorized: "The access token or API key is invalid."
        case .badGrant: "The user name or password is incorrect."
        case .badTask: "The task does not exist or is not yours."
        case .groupNotFound: "The task group does not exist."
        case .notAllowed: "Your plan does not include this API."
        case .badSize: "size ranges from 1 to 1000."
        case .badOffset: "The offset is invalid."
        case .badBody: "The request's parameters are invalid."
        case .tooLarge: "The data exceeds the size limit."
        case .notFound: "No such resource."
        case .wrongMethod: "The method is not allowed here."
        }
    }

    private var status: HTTPResponse.Status {
        switch self {
        case .unauthorized: .unauthorized
        case .notAllowed: .forbidden
        case .notFound: .notFound
        case .wrongMethod: .methodNotAllowed
        default: .badRequest
        }
    }

    func answer(withStatus200: Bool) -> SandboxAnswer {
        SandboxAnswer(
            status: withStatus200 && self != .notFound ? .ok : status,
            json: #"{"error":{"code":"\#(code)","message":"\#(message)"},"requestId":"\#(OpenAPIAnswer.requestID)"}"#)
    }
}

/// Writes answers of the API of today.
enum OpenAPIAnswer {
    static var requestID: String { "sandbox-\(String(UInt64.random(in: .min ... .max), radix: 16))" }

    static func data(_ json: String) -> SandboxAnswer {
        SandboxAnswer(json: #"{"data":\#(json),"requestId":"\#(requestID)"}"#)
    }
}
