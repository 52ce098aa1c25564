import Foundation

extension FaultPlan {
    /// Reads `{"seed":1,"faults":[{"fault":"reset-before","count":3,…}]}`.
    ///
    /// Keys of a fault: `fault` (a ``Fault/Kind``), `seconds`, `status`, `text`, `endpoints` (a list), `skip`, `count`,
    /// `rate`. All but the first may be absent, and so may `seed` and `faults`.
    ///
    /// - Throws: ``SandboxError/Code/badFaults``, naming the key or value concerned.
    public init(json: [UInt8]) throws(SandboxError) {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(json))
        } catch let DecodingError.dataCorrupted(context) {
            throw Self.bad(context.debugDescription, at: context.codingPath)
        } catch let DecodingError.typeMismatch(_, context) {
            throw Self.bad(context.debugDescription, at: context.codingPath)
        } catch let DecodingError.keyNotFound(key, context) {
            throw Self.bad("'\(key.stringValue)' is missing", at: context.codingPath)
        } catch {
            throw Self.bad("\(error)", at: [])
        }
        var rules: [Rule] = []
        for entry in document.faults ?? [] { rules.append(try entry.rule()) }
        self.init(rules, seed: document.seed ?? 1)
    }

    private static func bad(_ reason: String, at path: [any CodingKey]) -> SandboxError {
        let place = path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: " ")
        return SandboxError(
            .badFaults, "the faults cannot be read\(place.isEmpty ? "" : " at \(place)"): \(reason)",
            hint: "kinds are " + Fault.Kind.allCases.map(\.rawValue).joined(separator: ", "))
    }

    private struct Document: Decodable {
        var seed: UInt64?
        var faults: [Entry]?
    }

    private struct Entry: Decodable {
        var fault: Fault.Kind
        var seconds: Double?
        var status: Int?
        var text: String?
        var endpoints: Set<SandboxEndpoint>?
        var skip: Int?
        var count: Int?
        var rate: Double?

        func rule() throws(SandboxError) -> Rule {
            let skip = skip ?? 0
            let rate = rate ?? 1
            guard skip >= 0, count ?? 0 >= 0, (0...1).contains(rate), (0...86_400).contains(seconds ?? 0),
                (200...599).contains(status ?? 200)
            else {
                throw SandboxError(
                    .badFaults, "a value of the fault '\(fault.rawValue)' is outside its range",
                    hint:
                        "skip and count are not negative, rate is 0 to 1, seconds 0 to 86400, status 200 to 599"
                )
            }
            return Rule(
                Fault(fault, seconds: seconds, status: status, text: text), endpoints: endpoints,
                skip: skip,
                count: count, rate: rate)
        }
    }
}
