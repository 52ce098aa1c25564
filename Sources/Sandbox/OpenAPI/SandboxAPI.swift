/// Which of the vendor's two APIs a sandbox speaks.
package enum SandboxAPI: String, Sendable, Hashable, CaseIterable {
    /// The one of 2016: forms, windows of storage time, pages.
    case dataExport = "data-export"
    /// The one of today: JSON, keys, cursors.
    case openAPI = "openapi"
}

/// What the API of today can be set to do where its page says nothing, or says it may differ.
package struct OpenAPISettings: Sendable, Hashable {
    /// The key that is accepted in place of a token.
    package var key = "op_sk_sandbox"
    package var mark = MarkMeaning.allAnswers
    /// Whether a row stored late lies before the rows of later times, and so before cursors behind them.
    package var storesByTime = false
    /// Whether the older API has its later paths: rows by offset, and unexported rows in two phases.
    package var hasLaterPaths = false
    /// Whether an answer above its cap is an error; else it is short.
    package var refusesLargeAnswers = false
    /// Whether a cursor gives its own row again.
    package var cursorIsInclusive = false
    /// Whether the account's plan allows its data to be asked for.
    package var isAllowed = true
    /// Most bytes of rows in an answer of up to 200 rows, and in one of more.
    package var smallCap = 4 << 20
    package var largeCap = 8 << 20

    package init() {}
}
