import Testing

@testable import OctoparseAPI

struct PercentEncodingTests {
    @Test(arguments: [
        ("", ""), ("abcXYZ019-._~", "abcXYZ019-._~"), ("a b", "a%20b"),
        ("2013-01-01 00:00:00", "2013-01-01%2000%3A00%3A00"),
        ("a&b=c?d#e/f+g%h", "a%26b%3Dc%3Fd%23e%2Ff%2Bg%25h"), ("é", "%C3%A9"), ("🙂", "%F0%9F%99%82"),
        ("{x}\r\n", "%7Bx%7D%0D%0A"), ("../../etc/x", "..%2F..%2Fetc%2Fx"), ("!*'()", "%21%2A%27%28%29"),
    ])
    func everyByteButTheUnreservedIsEncoded(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(text.isEmpty || encoded.removingPercentEncodingForTest == text)
    }

    @Test func pairsAreJoinedInOrder() {
        #expect(PercentEncoding.pairs([("b", "1 2"), ("a", "&")]) == "b=1%202&a=%26")
    }
}

extension String {
    /// An independent decoder, byte by byte.
    fileprivate var removingPercentEncodingForTest: String {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            rest = rest.dropFirst(2)
            bytes.append(UInt8(digits, radix: 16) ?? 0)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
