import Foundation
import HTTPTypes

extension Fault {
    /// The answer sent instead of one; nil for the kinds that let the request be answered.
    ///
    /// - Parameter now: the real time, for a `Retry-After` that is a date.
    func replacement(now: Date) -> SandboxAnswer? {
        switch kind {
        case .unauthorized: return SandboxAnswer(.unauthorized)
        case .grantRefused, .refreshRefused:
            return SandboxAnswer(.invalidGrant("The refresh token is invalid or has expired."))
        case .serverError:
            var answer = SandboxAnswer(.serverError)
            answer.status = HTTPResponse.Status(code: statusCode)
            return answer
        case .proxyError: return proxyPage
        case .tooManyRequests, .rateLimit, .concurrencyLimit:
            var answer = SandboxAnswer(
                status: .tooManyRequests, json: #"{"message":"API calls quota exceeded."}"#)
            answer.headers[.retryAfter] = text == "date" ? Self.httpDate(now + (seconds ?? 1)) : text
            return answer
        case .redirect:
            var answer = SandboxAnswer(status: HTTPResponse.Status(code: statusCode), json: "")
            answer.headers[.location] = text ?? Self.defaultLocation
            return answer
        default: return nil
        }
    }

    private static let proxyStatuses: [HTTPResponse.Status] = [
        .internalServerError, .badGateway, .serviceUnavailable, .gatewayTimeout,
    ]

    private var proxyPage: SandboxAnswer {
        let code = statusCode
        let status = Self.proxyStatuses.first { $0.code == code } ?? HTTPResponse.Status(code: code)
        let title = "\(code) \(status.reasonPhrase)"
        var answer = SandboxAnswer(
            status: status,
            json:
                "<html>\r\n<head><title>\(title)</title></head>\r\n<body><h1>\(title)</h1></body>\r\n</html>\r\n"
        )
        answer.headers[.contentType] = "text/html"
        return answer
    }

    /// Bytes that ``httpDate(_:)`` has.
    static let httpDateLength = 29

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func httpDate(_ date: Date) -> String {
        let style = Date.VerbatimFormatStyle(
            format: """
                \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .padded(4)) \
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) GMT
                """, locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt,
            calendar: Calendar(identifier: .gregorian))
        return style.format(date)
    }
}
