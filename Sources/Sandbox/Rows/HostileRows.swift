/// Rows that break readers, writers and spreadsheets, though the API may well send them.
package enum HostileRows {
    /// Rows that must come back byte by byte: valid JSON on one line, without white space between tokens.
    package static let exact: [String] =
        texts.map { #"{"cell":"\#($0)"}"# } + values.map { #"{"cell":\#($0)}"# } + whole

    /// Rows that cannot come back as they are: bare control characters, which JSON forbids, and white space between
    /// tokens, which an archive leaves out.
    package static let altered: [String] = [
        "{\"cell\":\"a\nb\"}", "{\"cell\":\"a\u{0}b\"}", "{\"cell\":\"\u{1B}[31mred\"}", "{ \"cell\" : \"spaced\" }",
        "{\n\t\"cell\":\n\t\"spread\"\n}",
    ]

    /// What stands between the quotes of a JSON text.
    private static let texts: [String] = [
        // Nothing, and spaces that are easily trimmed.
        "", " ", "  both ends  ", #"\t"#, #"tab\tinside"#,
        // NUL, other controls, terminal escapes, DEL and line separators.
        #"\u0000"#, #"a\u0000b"#, #"\u0001\u001f"#, #"\u001b[31mred\u001b[0m"#, "\u{7F}", "\u{85}", "\u{2028}\u{2029}",
        // Surrogates: alone, in the wrong order, and a pair; the same character as it is.
        #"\ud800"#, #"\udfff tail"#, #"\udc00\ud800"#, #"\ud83d\ude00"#, "\u{1F600}", #"\ud83d"#,
        // Escapes that need not be.
        #"\u0041\/\b\f"#, #"\u00e9"#, "\u{E9}", "e\u{301}", #"\\u0041"#, #"ends in \\"#,
        // Marks that turn or hide text, a byte-order mark, a character that is none.
        "\u{202E}txt.exe", "\u{200F}\u{200E}", "\u{2066}isolated\u{2069}", "\u{200B}\u{FEFF}", "\u{FFFD}\u{FFFE}",
        // What spreadsheets run.
        "=1+1", "+1", "-1", "@SUM(A1)", #"\t=1+1"#, #"\r=1+1"#, "=cmd|'/c calc'!A0", #"=HYPERLINK(\"http://a.test\")"#,
        "-2.5e3", "\u{FF1D}1+1",
        // What CSV and its readers trip over.
        #"\""#, #"a \"quoted\" word"#, #"a,b;c\td"#, #"line\nbreak"#, #"windows\r\nbreak"#, #"\r"#, #"\n"#,
        "\\\"\\\",\\\"\\\"",
        "NULL", "null", "\\\\N", "#comment", "'quoted'",
        // What looks like something else.
        "00123", "1e5", "12345678901234567890", "2013-01-01 00:00:00", "true", "NaN", "Infinity",
        #"{\"data\":{\"total\":0}}"#, "]},", "success",
        // Very long: more than any buffer of a page.
        String(repeating: "long ", count: 60_000), String(repeating: #"\""#, count: 20_000),
        String(repeating: "\u{1F600}", count: 10_000),
    ]

    /// Values that are no texts.
    private static let values: [String] = [
        "null", "true", "false", "0", "-0", "0.0", "-0.0e-0", "1E+2", "1e400", "-1e-400", "0.1", "1.10",
        "12345678901234567890", "9007199254740993", "-9223372036854775809", "3.14159265358979323846264338327950288",
        String(repeating: "9", count: 400), "{}", "[]", "[[[]]]", #"{"a":{"b":[1,"two",null,{"c":"\u0000"}]}}"#,
        #"["a","b",["c"]]"#, #"{"a":1,"a":2}"#,
        String(repeating: "[", count: 60) + String(repeating: "]", count: 60),
    ]

    /// Rows whose keys are the trouble.
    private static let whole: [String] = [
        "{}", #"{"":"empty key"}"#, #"{"cell":"first","cell":"last"}"#, #"{"cell":"a","Cell":"b","CELL":"c"}"#,
        #"{"cell":"plain","\u0063ell":"the same key, escaped"}"#, #"{"a\"b,c\nd":"key to quote"}"#,
        #"{"=1+1":"formula for a key"}"#, #"{"\u0000":"NUL for a key"}"#, #"{"\ud800":"lone surrogate for a key"}"#,
        "{\"\u{202E}key\":\"turned\"}", #"{"error":"unauthorized"}"#, #"{"total":1,"currentTotal":2,"dataList":[]}"#,
        #"{"vault_task":"../../etc/passwd","vault_date":"2013-01-01"}"#,
        "{" + (0..<300).map { "\"wide\($0)\":\"\($0)\"" }.joined(separator: ",") + "}",
        "{\"" + String(repeating: "k", count: 5000) + "\":\"long key\"}",
    ]
}
