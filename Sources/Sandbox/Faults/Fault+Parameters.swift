extension Fault {
    /// Something that can be set about a kind of fault.
    package struct Parameter: Sendable, Hashable {
        enum Field: Sendable, Hashable { case seconds, jitter, status, amount, text }

        /// As it is written on the command line and in JSON.
        package let name: String
        /// What it is where it is not set; `none` where it then is absent.
        package let fallback: String
        let field: Field
        /// What a number must lie in.
        let range: ClosedRange<Double>
        /// What a text must be one of; any where empty.
        var choices: [String] = []
    }
}

extension Fault.Kind {
    /// Seconds that answers wait at most, a day.
    static let longestWait = 86_400.0

    /// What can be set about the kind.
    package var parameters: [Fault.Parameter] {
        switch self {
        case .tooManyRequests:
            [
                text("retry-after"),
                Fault.Parameter(name: "seconds", fallback: "1", field: .seconds, range: 0...Self.longestWait),
            ]
        case .rateLimit: [amount("limit", 20, 1...1_000_000), text("retry-after")]
        case .concurrencyLimit: [amount("limit", 4, 0...1_000_000), text("retry-after")]
        case .serverError: [status(500)]
        case .proxyError: [status(502)]
        case .redirect: [text("location", Fault.defaultLocation), status(302)]
        case .passwordChanged: [text("password", Fault.defaultPassword)]
        case .latency:
            [
                seconds(0.2, in: 0...Self.longestWait),
                Fault.Parameter(name: "jitter", fallback: "0", field: .jitter, range: 0...Self.longestWait),
            ]
        case .stallBefore, .stallWithin, .slowDrip: [seconds(30, in: 0...Self.longestWait)]
        case .dateSkewed: [seconds(3600, in: -1e9...1e9)]
        case .intervalIgnored:
            [
                Fault.Parameter(
                    name: "edge", fallback: "both", field: .text, range: 0...0, choices: ["both", "from", "to"])
            ]
        case .pageSizeCapped: [amount("rows", 100, 1...1000)]
        case .shortPage, .wrongCurrentTotal, .totalTooLarge, .totalGrowing, .totalShrinking, .restTotalWrong:
            [amount("rows", 1, 1...1_000_000)]
        case .spacesBomb, .gzipBomb: [amount("bytes", 1 << 30, 1...Double(UInt32.max))]
        case .nestingBomb: [amount("depth", 100_000, 1...100_000_000)]
        default: []
        }
    }

    private func seconds(_ fallback: Double, in range: ClosedRange<Double>) -> Fault.Parameter {
        Fault.Parameter(name: "seconds", fallback: Fault.plain(fallback), field: .seconds, range: range)
    }

    private func status(_ fallback: Int) -> Fault.Parameter {
        Fault.Parameter(name: "status", fallback: "\(fallback)", field: .status, range: 200...599)
    }

    private func amount(_ name: String, _ fallback: Int, _ range: ClosedRange<Double>) -> Fault.Parameter {
        Fault.Parameter(name: name, fallback: "\(fallback)", field: .amount, range: range)
    }

    private func text(_ name: String, _ fallback: String = "none") -> Fault.Parameter {
        Fault.Parameter(name: name, fallback: fallback, field: .text, range: 0...0)
    }
}

extension Fault {
    static let defaultLocation = "http://redirect.invalid/"
    static let defaultPassword = "changed"

    /// ``seconds``, or the kind's default.
    var duration: Double { seconds ?? fallback(.seconds).flatMap(Double.init) ?? 0 }
    /// ``amount``, or the kind's default.
    var quantity: Int { amount ?? fallback(.amount).flatMap { Int($0) } ?? 1 }
    /// ``status``, or the kind's default.
    var statusCode: Int { status ?? fallback(.status).flatMap { Int($0) } ?? 500 }

    private func fallback(_ field: Parameter.Field) -> String? {
        kind.parameters.first { $0.field == field }?.fallback
    }

    /// A number as people write it: `30`, not `30.0`.
    static func plain(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    }
}
