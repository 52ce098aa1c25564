import Testing

@testable import OctoparseAPI

struct ProxySettingsTests {
    private func proxy(_ url: String, _ environment: [String: String]) throws -> String? {
        let address = try APIAddress(url, allowHTTP: true)
        return try ProxySettings.choose(for: address, environment).map { "\($0.kind) \($0.host):\($0.port)" }
    }

    @Test(
        arguments: [
            (["https_proxy": "http://p:3128"], "http p:3128"), (["HTTPS_PROXY": "http://p:3128/"], "http p:3128"),
            (["https_proxy": "a:1", "HTTPS_PROXY": "b:2"], "http a:1"), (["https_proxy": "p"], "http p:1080"),
            (["ALL_PROXY": "socks5://s"], "socks s:1080"), (["all_proxy": "socks5h://[::1]:9"], "socks ::1:9"),
            (["https_proxy": "", "all_proxy": "http://q:8"], "http q:8"), (["http_proxy": "http://p:3128"], nil),
            ([:], nil),
        ] as [([String: String], String?)])
    func theVariableOfTheSchemeDecides(environment: [String: String], expected: String?) throws {
        #expect(try proxy("https://api.example.com", environment) == expected)
    }

    @Test func plainHTTPHasItsOwnVariable() throws {
        #expect(try proxy("http://api.example.com", ["HTTP_PROXY": "http://p:1", "https_proxy": "q:2"]) == "http p:1")
    }

    @Test(arguments: [
        ("*", false), ("api.example.com", false), ("example.com", false), (".example.com", false),
        ("EXAMPLE.com", false),
        ("other.com, example.com", false), ("api.example.com:443", false), ("api.example.com:8443", true),
        ("ample.com", true), ("", true), (",", true), ("api.example.com.evil", true), ("[::2]:443 ::3", true),
    ])
    func noProxyExemptsNamesAndWhatIsBelowThem(list: String, isProxied: Bool) throws {
        let environment = ["https_proxy": "http://p:1", "NO_PROXY": list]
        #expect(try (proxy("https://api.example.com", environment) != nil) == isProxied)
    }

    @Test(arguments: [("[::2]", false), ("::2", false), ("[::2]:443", false), ("[::2]:444", true)])
    func noProxyTakesIPv6Addresses(list: String, isProxied: Bool) throws {
        let environment = ["https_proxy": "http://p:1", "no_proxy": list]
        #expect(try (proxy("https://[::2]", environment) != nil) == isProxied)
    }

    @Test(arguments: ["http://127.0.0.1:1", "https://localhost"])
    func loopbackIsNeverProxied(url: String) throws {
        #expect(try proxy(url, ["http_proxy": "http://p:1", "https_proxy": "http://p:1"]) == nil)
    }

    @Test func credentialsAreDecoded() throws {
        let settings = ProxySettings("http://us%40er:p%3Aw@proxy:3128")
        #expect(settings?.user == "us@er")
        #expect(settings?.password == "p:w")
    }

    @Test(arguments: ["https://p:1", "ftp://p:1", "http://", "http://u:pa55word@p:99999", "socks5://u:pa55word@p"])
    func anAddressThatCannotWorkIsAnErrorThatKeepsTheValueToItself(value: String) {
        let error = #expect(throws: APIError.self) { try proxy("https://h", ["HTTPS_PROXY": value]) }
        #expect(error?.code == .badConfiguration)
        #expect(error.map { "\($0)".contains("HTTPS_PROXY") && !"\($0)".contains("pa55word") } == true)
    }
}
