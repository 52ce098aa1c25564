import Testing

@testable import OctoparseAPI

struct ServerTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("é 🙂 数据", "é 🙂 数据"), ("a\r\nb\tc", "a\\u{d}\\u{a}b\\u{9}c"),
        ("\u{1B}[31mred", "\\u{1b}[31mred"), ("\u{202E}txt", "\\u{202e}txt"), ("a\u{2028}b", "a\\u{2028}b"),
        ("\u{0}", "\\u{0}"),
    ])
    func controlAndFormatCharactersAreEscaped(text: String, cleaned: String) {
        #expect(ServerText.clean(text) == cleaned)
    }

    @Test func longTextIsCut() {
        #expect(ServerText.clean(String(repeating: "x", count: 161)) == String(repeating: "x", count: 160) + "…")
        #expect(ServerText.clean(String(repeating: "x", count: 160)) == String(repeating: "x", count: 160))
        #expect(ServerText.clean(String(repeating: "\u{301}", count: 5_000_000)).count < 400)
    }

    @Test func secretsAreTakenOut() {
        #expect(ServerText.clean("user u, password p w!", secrets: ["p w", ""]) == "user u, password [secret]!")
    }

    @Test func aSecretThatTheCutWouldSplitIsTakenOutToo() {
        let text = String(repeating: "x", count: 155) + "top-secret-token"
        #expect(!ServerText.clean(text, secrets: ["top-secret-token"]).contains("top"))
    }
}
