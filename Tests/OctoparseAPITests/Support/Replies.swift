import Gzip

/// HTTP answers for scripts.
extension [ScriptedServer.Step] {
    static func reply(_ status: Int, _ body: String, headers: [String] = []) -> Self {
        reply(status, Array<UInt8>(body.utf8), headers: ["Content-Type: application/json"] + headers)
    }

    /// - Parameter announced: the `Content-Length`; nil is the body's.
    static func reply(_ status: Int, _ body: [UInt8], headers: [String] = [], announced: Int? = nil) -> Self {
        let lines = ["HTTP/1.1 \(status) Status", "Content-Length: \(announced ?? body.count)"] + headers
        return [.send(Array<UInt8>((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)]
    }

    static func html(_ status: Int, headers: [String] = []) -> Self {
        reply(
            status, Array<UInt8>("<html><body>\(status) from a proxy</body></html>".utf8),
            headers: ["Content-Type: text/html"] + headers)
    }

    static func token(_ access: String, refresh: String? = "refresh", expiresIn: String = "86399") -> Self {
        let rest = refresh.map { ",\"refresh_token\":\"\($0)\"" } ?? ""
        return reply(
            200, "{\"access_token\":\"\(access)\",\"token_type\":\"bearer\",\"expires_in\":\(expiresIn)\(rest)}")
    }

    static func error(_ word: String, status: Int = 200, text: String = "as documented") -> Self {
        reply(status, "{\"error\":\"\(word)\",\"error_Description\":\"\(text)\"}")
    }

    static func page(total: Int = 2, rows: [String] = ["{\"a\":\"1\"}", "{\"a\":\"2\"}"], headers: [String] = [])
        -> Self
    {
        reply(200, pageBody(total: total, rows: rows), headers: headers)
    }

    static func pageBody(total: Int = 2, rows: [String] = ["{\"a\":\"1\"}", "{\"a\":\"2\"}"]) -> String {
        let list = rows.joined(separator: ",")
        return
            "{\"data\":{\"total\":\(total),\"currentTotal\":\(rows.count),\"dataList\":[\(list)]},\"error\":\"success\"}"
    }

    static func gzip(_ body: [UInt8]) throws -> Self {
        var encoder = try GzipEncoder(level: 9)
        var member: [UInt8] = []
        try body.withUnsafeBytes { try encoder.appendMember(of: $0, to: &member) }
        return reply(200, member, headers: ["Content-Type: application/json", "Content-Encoding: gzip"])
    }

    static func chunked(_ body: String) -> Self {
        var text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for byte in body.utf8 { text += "1\r\n\(Character(Unicode.Scalar(byte)))\r\n" }
        return [.send(Array<UInt8>((text + "0\r\n\r\n").utf8))]
    }
}
