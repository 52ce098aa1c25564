import AsyncHTTPClient
import Foundation
import Gzip
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// An answer grew beyond its limit while it was read.
struct AnswerTooLarge: Error {}

// The errors of async-http-client and of the NIO modules below it come in many types; here each gets its meaning.
extension TransportFailure {
    init(_ error: any Error, limits: HTTPTransport.Limits) {
        switch error {
        case let failure as TransportFailure: self = failure
        case let error as HTTPClientError: self = Self.client(error, limits)
        case is TimeLimitExceeded:
            self.init(code: .timeout, reason: "sent no whole answer within \(limits.whole)")
        case is AnswerTooLarge: self = Self.tooLarge(limits)
        case let error as GzipError:
            // The body came whole, and asked again the server would add the same.
            self.init(
                code: .malformed, reason: "sent a body that cannot be decompressed", detail: error.message,
                isTransient: error.code == .trailing ? false : nil)
        case let error as UnusableHead:
            self.init(
                code: .network, reason: "broke the rules of HTTP",
                detail: error.status < 100
                    ? "a status of \(error.status)" : "more than \(ResponseHeadGuard.mostInterimHeads) interim heads")
        case let error as NIOConnectionError: self = Self.connection(error)
        case let error as IOError: self = Self.io(error)
        case let error as NIOSSLError: self = Self.tls(error)
        case let error as BoringSSLError: self = Self.untrusted("\(error)")
        case let error as NIOSSLExtraError: self = Self.untrusted(error.description)
        case ChannelError.connectTimeout: self = Self.noConnection(limits)
        case let error as HTTPParserError:
            self.init(
                code: .network,
                reason: error == .invalidEOFState
                    ? "closed the connection within its answer" : "broke the rules of HTTP",
                detail: "\(error)")
        default:
            self.init(code: .network, reason: "broke the connection", detail: "\(error)")
        }
    }

    private static func client(_ error: HTTPClientError, _ limits: HTTPTransport.Limits) -> TransportFailure {
        // Its description can hold header values, and so the token; the short one cannot.
        let detail = error.shortDescription
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            return noConnection(limits)
        case .getConnectionFromPoolTimeout:
            return TransportFailure(
                code: .timeout, reason: "had no connection free within \(limits.whole)", isBeforeSending: true)
        case .readTimeout, .writeTimeout:
            return TransportFailure(code: .timeout, reason: "was silent for \(limits.idle)")
        case .deadlineExceeded:
            return TransportFailure(code: .timeout, reason: "sent no whole answer within \(limits.whole)")
        case .remoteConnectionClosed, .uncleanShutdown, .cancelled:
            return TransportFailure(code: .network, reason: "closed the connection without an answer")
        case .proxyAuthenticationRequired:
            return TransportFailure(
                code: .badConfiguration, reason: "was not reached, for the proxy wants credentials",
                hint: "put user name and password into the proxy variable", isBeforeSending: true)
        case .invalidProxyResponse:
            return TransportFailure(
                code: .network, reason: "was not reached, for the proxy refused", detail: detail, isBeforeSending: true)
        case .alreadyShutdown:
            return TransportFailure(
                code: .network, reason: "cannot be asked, for the client is closed", isTransient: false,
                isBeforeSending: true)
        default:
            return TransportFailure(code: .network, reason: "could not be asked", detail: detail)
        }
    }

    private static func connection(_ error: NIOConnectionError) -> TransportFailure {
        if let first = error.connectionErrors.first {
            if case ChannelError.connectTimeout = first.error {
                return TransportFailure(
                    code: .timeout, reason: "could not be reached", detail: "no connection in time",
                    isBeforeSending: true)
            }
            let detail = (first.error as? IOError).map(Self.errno) ?? "\(first.error)"
            return TransportFailure(
                code: .network, reason: "could not be reached", detail: detail, isBeforeSending: true)
        }
        return TransportFailure(
            code: .network, reason: "could not be reached", detail: "its name has no address", isBeforeSending: true)
    }

    private static func io(_ error: IOError) -> TransportFailure {
        let isRefused = error.errnoCode == ECONNREFUSED
        return TransportFailure(
            code: .network, reason: isRefused ? "could not be reached" : "broke the connection", detail: errno(error),
            isBeforeSending: isRefused)
    }

    private static func tls(_ error: NIOSSLError) -> TransportFailure {
        switch error {
        case .handshakeFailed(.sslError), .unableToValidateCertificate, .noCertificateToValidate:
            untrusted("\(error)")
        case .handshakeFailed:
            TransportFailure(
                code: .network, reason: "broke the connection within the TLS handshake", isBeforeSending: true)
        default:
            TransportFailure(code: .network, reason: "broke the connection", detail: "\(error)")
        }
    }

    private static func untrusted(_ description: String) -> TransportFailure {
        TransportFailure(
            code: .tls, reason: "offers no TLS connection that can be trusted", detail: tlsReason(description),
            hint: "if its certificate is signed by an authority of your own, name that in the account's ca_file",
            isBeforeSending: true)
    }

    /// BoringSSL's own word, `CERTIFICATE_VERIFY_FAILED` for one, out of an error stack with addresses and source
    /// files.
    private static func tlsReason(_ description: String) -> String {
        guard let start = description.range(of: "OPENSSL_internal:")?.upperBound else { return description }
        let word = description[start...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return word.lowercased().replacingOccurrences(of: "_", with: " ")
    }

    private static func noConnection(_ limits: HTTPTransport.Limits) -> TransportFailure {
        TransportFailure(
            code: .timeout, reason: "could not be reached within \(limits.connect)", isBeforeSending: true)
    }

    static func tooLarge(_ limits: HTTPTransport.Limits) -> TransportFailure {
        TransportFailure(
            code: .tooLarge, reason: "sent an answer of more than \(limits.bytes) bytes",
            hint: "use a smaller page size")
    }

    private static func errno(_ error: IOError) -> String {
        String(cString: strerror(error.errnoCode))
    }
}
