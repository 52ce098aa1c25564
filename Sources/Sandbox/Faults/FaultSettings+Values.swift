extension FaultSettings {
    func number(_ name: String, _ value: Value, _ range: ClosedRange<Double>) throws(SandboxError) -> Double {
        let number: Double? =
            switch value {
            case .number(let number): number
            case .text(let text): Double(text)
            case .list: nil
            }
        guard let number else { throw bad("'\(name)' is a number, not \(value.written)") }
        guard range.contains(number) else {
            throw bad(
                "'\(name)' is outside its range, \(Fault.plain(range.lowerBound)) to \(Fault.plain(range.upperBound)): "
                    + value.written)
        }
        return number
    }

    func whole(_ name: String, _ value: Value, _ range: ClosedRange<Double>) throws(SandboxError) -> Int {
        let number = try number(name, value, range)
        guard let whole = Int(exactly: number) else { throw bad("'\(name)' is a whole number, not \(value.written)") }
        return whole
    }

    func whole(_ name: String, _ value: Value, from least: Double) throws(SandboxError) -> Int {
        try whole(name, value, least...1e9)
    }

    /// Numbers are taken as they are written: `Retry-After` may well be one.
    func text(_ name: String, _ value: Value) throws(SandboxError) -> String {
        switch value {
        case .text(let text):
            // A header's value must not begin another header.
            guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                throw bad("'\(name)' holds a control character")
            }
            return text
        case .number(let number): return Fault.plain(number)
        case .list: throw bad("'\(name)' is a text, not \(value.written)")
        }
    }

    /// `5-9`, `5-` or `5`, as requests to skip and requests that follow.
    func requests(_ value: Value) throws(SandboxError) -> (skip: Int, span: Int?) {
        let text = try text("requests", value)
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { $0.isEmpty ? nil : Int($0) }
        guard (1...2).contains(parts.count), let first = parts[0], first >= 1, first <= 1_000_000_000,
            let last = parts.count == 1 ? first : text.hasSuffix("-") ? .max : parts[1], last >= first
        else { throw bad("'requests' is written 5-9, 5- or 5, not '\(text)'") }
        return (first - 1, last == .max ? nil : last - first + 1)
    }

    func endpoints(_ value: Value) throws(SandboxError) -> Set<SandboxEndpoint> {
        let names: [String]
        switch value {
        case .list(let list): names = list
        default: names = try text("endpoints", value).split(separator: "+").map(String.init)
        }
        var endpoints: Set<SandboxEndpoint> = []
        let served = SandboxEndpoint.protected.union([.token])
        for name in names {
            guard let endpoint = SandboxEndpoint(rawValue: name), served.contains(endpoint) else {
                let nearest = Self.question(name, served.map(\.rawValue).sorted())
                throw bad("there is no endpoint '\(name)'", hint: nearest + endpointsHint(served))
            }
            endpoints.insert(endpoint)
        }
        return endpoints
    }
}

extension FaultSettings.Value {
    fileprivate var written: String {
        switch self {
        case .text(let text): "'\(text)'"
        case .number(let number): Fault.plain(number)
        case .list: "a list"
        }
    }
}
