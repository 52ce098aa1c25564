import Secrets
import Testing

@testable import OctoparseAPI

struct ServerTextTests {
    private func registry(_ secrets: [String]) -> SecretRegistry {
        let registry = SecretRegistry()
        secrets.forEach { registry.add($0) }
        return registry
    }

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
        #expect(ServerText.clean("user u, password p ww!", registry(["p ww", ""])) == "user u, password [secret]!")
    }

    @Test func aSecretThatTheCutWouldSplitIsTakenOutToo() {
        let text = String(repeating: "x", count: 155) + "top-secret-token"
        #expect(!ServerText.clean(text, registry(["top-secret-token"])).contains("top"))
    }

    @Test func noPieceOfASecretIsLeftWhereTheWorkIsBounded() {
        let secret = "top-" + String(repeating: "0123456789abcdef", count: 200)
        let text = String(repeating: secret, count: 4)
        let cleaned = ServerText.clean(text, registry(["top-", secret]))
        #expect(!cleaned.contains("0123"), "\(cleaned)")
        #expect(cleaned.hasPrefix("[secret]"))
    }

    @Test func noPieceOfALongSecretIsLeftWhereTheTextIsCutOff() {
        let secret = String(repeating: "0123456789abcdef", count: TokenGrant.longest / 16)
        let text = String(repeating: secret + " ", count: 3) + secret.dropLast() + String(repeating: "x", count: 100)
        let cleaned = ServerText.clean(String(repeating: text, count: 3), registry([secret]))
        #expect(cleaned == "[secret] [secret] [secret] …" || !cleaned.contains("0123"), "\(cleaned)")
    }

    @Test func aSecretIsMaskedInEveryFormOfIt() {
        let context = CallContext(host: "h", subject: "s", secrets: registry(["p&w d"]))
        for form in ["p&w d", "p%26w%20d", "p%26w+d"] {
            #expect(context.error(.unexpected, "failed", detail: "got \(form)").message.hasSuffix("(got [secret])"))
        }
    }
}
