/// Why a text is no value of its key, wherever the text comes from.
struct ValueProblem: Error {
    var code: JobProblem.Code = .badValue
    var message: String
    var expected: String?
    var hint: String?

    init(code: JobProblem.Code = .badValue, _ message: String, expected: String? = nil, hint: String? = nil) {
        self.code = code
        self.message = message
        self.expected = expected
        self.hint = hint
    }

    /// The same, for a value that must not be shown.
    func withoutValue(expected: String) -> ValueProblem {
        ValueProblem(code: code, "the value is not usable", expected: self.expected ?? expected)
    }
}
