import Records
import Testing

/// The name that a request asks for.
@Suite struct HostNameTests {
    @Test(arguments: [
        ("localhost", "localhost", true), ("LocalHost:80", "localhost", true), ("localhost.", "localhost", true),
        ("127.0.0.1:8420", "127.0.0.1", true), ("127.255.0.9", "127.255.0.9", true), ("[::1]:8420", "::1", true),
        ("[::1]", "::1", true), ("127.0.0.1.evil.example", "127.0.0.1.evil.example", false),
        ("localhost.evil.example:80", "localhost.evil.example", false), ("10.0.0.1", "10.0.0.1", false),
        ("127.0.0.256", "127.0.0.256", false), ("127.1", "127.1", false), ("[2001:db8::7]", "2001:db8::7", false),
    ])
    func anAuthoritysNameIsReadAndLoopbackIsTold(authority: String, name: String, isLoopback: Bool) throws {
        let read = try #require(HostName(authority: authority))
        #expect(read.text == name && read.isLoopback == isLoopback)
        #expect(HostName(origin: "http://\(authority)") == read && HostName(origin: "HTTPS://\(authority)") == read)
    }

    @Test(arguments: [
        "", ":80", ".", "::1", "user@localhost", "localhost/x", "localhost?x", "localhost#x", "localhost:8x", "[::1",
        "a, b", "localhost 80", "localhost:80:80",
    ])
    func whatIsNoAuthorityHasNoName(authority: String) {
        #expect(HostName(authority: authority) == nil)
    }

    @Test(arguments: ["null", "", "localhost", "file://localhost", "http://", "http://a/b"])
    func whatIsNoWebOriginHasNoName(origin: String) {
        #expect(HostName(origin: origin) == nil)
    }

    @Test(arguments: [("10.0.0.1", true), ("[fe80::1]", true), ("[::ffff:10.0.0.1]", true), ("host", false)])
    func addressesAreTold(authority: String, isAddress: Bool) {
        #expect(HostName(authority: authority)?.isAddress == isAddress)
    }
}
