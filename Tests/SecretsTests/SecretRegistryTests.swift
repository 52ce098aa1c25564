import Foundation
import TestSupport
import Testing

@testable import Secrets

@Suite struct SecretMaskTests {
    private func mask(_ text: String, _ secrets: String...) -> String {
        let registry = SecretRegistry()
        secrets.forEach { registry.add($0) }
        return registry.mask(text)
    }

    @Test(arguments: [
        ("one twooo, one", ["one", "twoo"], "[secret] [secret]o, [secret]"),
        ("oneone twooo", ["oneone", "twoo", "onetwo"], "[secret] [secret]o"),
        ("abcd abcdef", ["abcd", "abcdef"], "[secret] [secret]"),
        ("my secret word", ["cret", "secr"], "my [secret] word"),
        ("plain", ["a", ""], "plain"), ("this", ["a"], "this"), ("a plan, a", ["a"], "[secret] plan, [secret]"),
        ("status 4, 42 rows", ["4"], "status [secret], 42 rows"), ("p&w d", ["p&w d"], "[secret]"),
        ("HUNTER22", ["hunter22"], "[secret]"), ("é-pässwörd!", ["pässwörd"], "é-[secret]!"), ("", ["abcd"], ""),
    ])
    func eachPlaceIsMaskedOnce(text: String, secrets: [String], masked: String) {
        let registry = SecretRegistry()
        secrets.forEach { registry.add($0) }
        #expect(registry.mask(text) == masked)
    }

    /// Each way in which a server may write what it was sent.
    static let writings: [(name: String, write: @Sendable (String) -> String)] = [
        ("raw", { $0 }),
        (
            "upper case",
            { String(decoding: $0.utf8.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self) }
        ),
        ("percent", { $0.utf8.map { "%" + hex($0).uppercased() }.joined() }),
        ("percent, lower", { $0.utf8.map { "%" + hex($0) }.joined() }),
        ("percent where needed", { $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }),
        (
            "form",
            {
                ($0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
                    .replacingOccurrences(of: "%20", with: "+")
            }
        ),
        ("JSON units", { $0.utf16.map { "\\u" + hex(UInt8($0 >> 8)) + hex(UInt8($0 & 255)) }.joined() }),
        (
            "JSON string",
            {
                let data = (try? JSONEncoder().encode([$0])) ?? Data()
                return String(String(decoding: data, as: UTF8.self).dropFirst(2).dropLast(2))
            }
        ),
        ("HTML numbers", { $0.unicodeScalars.map { "&#\($0.value);" }.joined() }),
        ("HTML hexadecimal", { $0.unicodeScalars.map { "&#x\(String($0.value, radix: 16));" }.joined() }),
        (
            "HTML names",
            {
                $0.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
                    .replacingOccurrences(of: "\"", with: "&quot;")
            }
        ),
        ("Base64", { Data($0.utf8).base64EncodedString() }),
        ("Base64 of a log-in", { Data("someone:\($0)".utf8).base64EncodedString() }),
        (
            "Base64 for addresses",
            {
                Data("ab\($0)z".utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-")
                    .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
            }
        ),
        ("hexadecimal", { $0.utf8.map(hex).joined() }),
    ]

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }

    private static let secrets = [
        "hunter22", "s3cret&pass word", "p\"a\\s/s'w<o>rd", "pässwörd-数据", "🙂 smile", "a+b=c%d", "12345678",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    ]

    @Test(arguments: writings.indices) func aSecretIsMaskedHoweverItIsWritten(writing: Int) {
        let (name, write) = Self.writings[writing]
        for secret in Self.secrets {
            let written = write(secret)
            for text in [written, "before \(written) after", "key=\(written)&more=1", "(\(written))"] {
                let masked = mask(text, secret)
                #expect(masked.contains("[secret]"), "\(name): \(text)")
                #expect(!masked.lowercased().contains(written.lowercased()), "\(name): \(text)")
            }
        }
    }

    @Test func aSecretIsMaskedWithinTwoWritings() {
        for secret in Self.secrets {
            for outer in Self.writings {
                for inner in Self.writings where !["Base64", "hexadecimal"].contains(where: outer.name.hasPrefix) {
                    let written = outer.write(inner.write(secret))
                    // What changes the case of these changes what they say.
                    if ["Base64", "JSON"].contains(where: inner.name.hasPrefix), outer.name == "upper case" {
                        continue
                    }
                    #expect(
                        mask("x \(written) y", secret).contains("[secret]"),
                        "\(outer.name) of \(inner.name): \(written)")
                }
            }
        }
    }

    @Test func whatHoldsNoSecretStaysAsItIs() {
        var random = SeededGenerator(seed: 11)
        let registry = SecretRegistry()
        Self.secrets.forEach { registry.add($0) }
        registry.add("z")
        let alphabet = Array("abcdefABCDEF0123456789%&+\\u;#= \"/äß数🙂")
        for _ in 0..<500 {
            let text = String(
                (0..<Int.random(in: 0...60, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                })
            #expect(registry.mask(text) == text)
        }
    }

    @Test(arguments: [
        ("b1d51de6-f644-4a26-b659-d001fe527f4c", ["f644"], "b1d51de6-f644-4a26-b659-d001fe527f4c"),
        ("84", ["84"], "84"), ("hunter2", ["hunter2"], "[secret]"), ("x-hunter2", ["hunter2"], "x-hunter2"),
        ("x-hunter22", ["hunter22"], "x-[secret]"), ("x-%68unter22", ["hunter22"], "x-[secret]"),
    ])
    func ofAnIdOnlyWhatIsNoChanceIsMasked(id: String, secrets: [String], masked: String) {
        let registry = SecretRegistry()
        secrets.forEach { registry.add($0) }
        #expect(registry.mask(id: id) == masked)
    }

    /// A text of many pieces: what is at their joints is found once, and a short secret only where it is a word.
    @Test func aLongTextIsMaskedEverywhere() {
        let registry = SecretRegistry()
        ["hunter22", "xyz"].forEach { registry.add($0) }
        let times = Sampling.quick(500, else: 5000)
        let shift = "0123456"
        for filler in ["%68unter22 axyzb ", "hunter22 axyzb ", "aHVudGVyMjI= axyzb "] {
            let text = shift + " " + String(repeating: filler, count: times) + "xyz"
            let mask = filler.hasPrefix("a") ? "[secret]= axyzb " : "[secret] axyzb "
            let masked = registry.mask(text)
            #expect(masked == shift + " " + String(repeating: mask, count: times) + "[secret]")
        }
    }

    @Test func oldTokensAreForgottenInTheEndAndChosenSecretsNever() {
        let registry = SecretRegistry()
        registry.add("the password")
        for number in 0...(2 * SecretNeedles.mostTokens) { registry.add("token-\(number)-", .token) }
        #expect(registry.mask("the password") == "[secret]")
        #expect(registry.mask("token-\(2 * SecretNeedles.mostTokens)-") == "[secret]")
        #expect(registry.mask("token-\(SecretNeedles.mostTokens + 2)-") == "[secret]")
        #expect(registry.mask("token-0-") == "token-0-")
    }
}

@Suite struct SecretEnvironmentTests {
    @Test func commandsGetNoPasswordAndNoCredentialsOfAProxy() {
        let registry = SecretRegistry()
        let environment = [
            "PATH": "/bin", "OCTOPARSE_PASSWORD": "one secret", "OCTOPARSE_API_KEY": "op_sk_1", "NEWPW": "new secret",
            "OCTOPARSE_PASSWORD_FILE": "/run/pw", "https_proxy": "http://u:pr0xy%20pw@proxy:3128",
            "HTTP_PROXY": "u:\u{301}pw@proxy", "ALL_PROXY": "socks5://proxy:1080", "no_proxy": "a@b,localhost",
            "FTP_PROXY": "http://u:p/w@proxy", "RSYNC_PROXY": "@",
        ]
        registry.add(variable: "NEWPW", in: environment)
        registry.add(environment: environment)
        #expect(
            registry.environmentForCommands(environment) == [
                "PATH": "/bin", "OCTOPARSE_PASSWORD_FILE": "/run/pw", "https_proxy": "http://proxy:3128",
                "HTTP_PROXY": "proxy", "ALL_PROXY": "socks5://proxy:1080", "no_proxy": "a@b,localhost",
                "RSYNC_PROXY": "",
            ])
        for secret in ["one secret", "op_sk_1", "new secret", "pr0xy%20pw", "pr0xy pw"] {
            #expect(registry.mask("x \(secret) y") == "x [secret] y")
        }
    }
}
