import Testing

@testable import OctoparseAPI

struct BaseAddressTests {
    @Test(arguments: [
        ("https://dataapi.octoparse.com", "https://dataapi.octoparse.com", "dataapi.octoparse.com"),
        ("HTTPS://DataAPI.Octoparse.com/", "https://dataapi.octoparse.com", "dataapi.octoparse.com"),
        ("https://host.example:8443/octo/parse//", "https://host.example:8443/octo/parse", "host.example:8443"),
        ("http://127.0.0.1:8077", "http://127.0.0.1:8077", "127.0.0.1:8077"),
        ("http://[::1]:8077/x", "http://[::1]:8077/x", "[::1]:8077"),
        ("http://localhost", "http://localhost", "localhost"),
    ])
    func schemeHostPortAndPrefixAreKept(text: String, whole: String, display: String) throws {
        let address = try APIAddress(text, allowHTTP: false)
        #expect(address.text == whole)
        #expect(address.display == display)
    }

    @Test(arguments: [
        "", "dataapi.octoparse.com", "//host", "ftp://host", "https://", "https:///path", "https://user@host",
        "https://user:pa55word@host", "https://host?x=1", "https://host#f", "https://host:0", "https://host:70000",
        "https://ho st", "https://h%6Fst", "https://höst.example", "https://host\r\nX: y", "javascript:alert(1)",
    ])
    func everythingElseIsABadConfiguration(text: String) {
        let error = #expect(throws: APIError.self) { try APIAddress(text, allowHTTP: true) }
        #expect(error?.code == .badConfiguration)
        #expect(error.map { "\($0)".contains("pa55word") } == false)
        #expect(error?.isTransient == false)
    }

    @Test(arguments: [
        "http://dataapi.octoparse.com", "http://127.0.0.1.example.com", "http://1270.0.0.1", "http://localhost.example",
        "http://10.0.0.1", "http://127.1", "http://0.0.0.0", "http://[::2]", "http://128.0.0.1", "http://127.0.0.256",
    ])
    func plainHTTPToAnotherMachineNeedsLeave(text: String) throws {
        let error = #expect(throws: APIError.self) { try APIAddress(text, allowHTTP: false) }
        #expect(error?.code == .insecure)
        #expect(try APIAddress(text, allowHTTP: true).isEncrypted == false)
    }

    @Test(arguments: [
        "http://127.0.0.1", "http://127.9.8.7:1", "http://localhost:80", "http://[::1]", "http://LOCALHOST",
    ])
    func plainHTTPToLoopbackNeedsNone(text: String) throws {
        #expect(try APIAddress(text, allowHTTP: false).isLoopback)
    }

    @Test(arguments: [
        ("https://dataapi.octoparse.com", "gzip"), ("http://10.0.0.1", "gzip"), ("https://localhost", "gzip"),
        ("http://localhost", "identity"), ("http://127.0.0.1:8077", "identity"), ("http://[::1]", "identity"),
    ])
    func answersAreCompressedUnlessTheyStayOnThisMachine(text: String, encoding: String) throws {
        #expect(try APIAddress(text, allowHTTP: true).acceptedEncoding == encoding)
    }
}
