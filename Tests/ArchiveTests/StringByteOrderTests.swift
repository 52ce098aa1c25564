import Testing

@testable import Archive

@Test func textsAreOrderedByTheirBytes() {
    let texts = [
        "", "a", "ab", "B", "\u{0}", "e\u{301}", "\u{E9}", "\u{FFFF}", "\u{10000}", "vault_date=2013-01-01",
        "vault_date=2013-01-02", "vault_date=2013-01", String(repeating: "x", count: 100),
        String(repeating: "x", count: 99) + "y",
    ]
    for left in texts {
        for right in texts {
            let expected = Array(left.utf8).lexicographicallyPrecedes(Array(right.utf8))
            #expect(left.precedesInBytes(right) == expected, "\(left) \(right)")
        }
    }
}
