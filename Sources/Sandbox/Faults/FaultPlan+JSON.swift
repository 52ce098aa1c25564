import Foundation

extension FaultPlan {
    /// Reads `{"seed":1,"faults":[{"fault":"reset-before","next":3},"latency:seconds=0.5:rate=0.1"]}`.
    ///
    /// A fault is a text as on the command line (``Rule/init(parsing:)``), or an object whose `fault` is the kind and
    /// whose other keys are the same settings, with numbers as numbers and `endpoints` as a list. `seed` and `faults`
    /// may be absent.
    ///
    /// - Throws: ``SandboxError/Code/badFaults``, naming the key or value concerned.
    package init(json: [UInt8]) throws(SandboxError) {
        let document: FaultDocument
        do {
            document = try JSONDecoder().decode(FaultDocument.self, from: Data(json))
        } catch let DecodingError.dataCorrupted(context) {
            throw Self.bad(context.debugDescription, at: context.codingPath)
        } catch let DecodingError.typeMismatch(_, context) {
            throw Self.bad(context.debugDescription, at: context.codingPath)
        } catch let DecodingError.valueNotFound(_, context) {
            throw Self.bad(context.debugDescription, at: context.codingPath)
        } catch let DecodingError.keyNotFound(key, context) {
            throw Self.bad("'\(key.stringValue)' is missing", at: context.codingPath)
        } catch {
            throw Self.bad("\(error)", at: [])
        }
        var rules: [Rule] = []
        for entry in document.faults {
            switch entry {
            case .text(let text): rules.append(try Rule(parsing: text))
            case .object(let kind, let settings): rules.append(try FaultSettings(kind: kind, settings).rule())
            }
        }
        self.init(rules, seed: document.seed)
    }

    private static func bad(_ reason: String, at path: [any CodingKey]) -> SandboxError {
        let place = path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: " ")
        return SandboxError(
            .badFaults, "the faults cannot be read\(place.isEmpty ? "" : " at \(place)"): \(reason)",
            hint: "kinds are " + Fault.Kind.allCases.map(\.rawValue).joined(separator: ", "))
    }

    /// The plan as ``init(json:)`` reads it, every rule with how many requests it has seen and was played on.
    var json: String {
        let list = rules.indices.map { rules[$0].json(progress[$0]) }
        return #"{"seed":\#(seed),"faults":[\#(list.joined(separator: ","))]}"#
    }
}

extension FaultPlan.Rule {
    fileprivate func json(_ progress: FaultPlan.Progress) -> String {
        var fields = [#""fault":"\#(fault.kind.rawValue)""#]
        func add(_ name: String, _ value: String?) { if let value { fields.append("\"\(name)\":\(value)") } }
        for parameter in fault.kind.parameters {
            switch parameter.field {
            case .seconds: add(parameter.name, fault.seconds.map(Fault.plain))
            case .jitter: add(parameter.name, fault.jitter.map(Fault.plain))
            case .status: add(parameter.name, fault.status.map { "\($0)" })
            case .amount: add(parameter.name, fault.amount.map { "\($0)" })
            case .text: add(parameter.name, fault.text.map(JSONWriting.quoted))
            }
        }
        let names = endpoints.map { "\"\($0.rawValue)\"" }.sorted()
        add("endpoints", "[\(names.joined(separator: ","))]")
        if let span {
            add("requests", "\"\(skip + 1)-\(skip + span)\"")
        } else {
            add("skip", skip > 0 ? "\(skip)" : nil)
        }
        add("every", every > 1 ? "\(every)" : nil)
        add("from-page", fromPage > 1 ? "\(fromPage)" : nil)
        add("next", count.map { "\($0)" })
        add("rate", Fault.plain(rate))
        add("seen", "\(progress.seen)")
        add("played", "\(progress.played)")
        return "{\(fields.joined(separator: ","))}"
    }
}
