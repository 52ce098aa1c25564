import Spelling

/// A rule as names and values, as the command line and JSON both have it:
///
/// | name | value |
/// |---|---|
/// | `rate` | the chance, 0 to 1 |
/// | `next` or `count` | how often it is played at most: on the next so many requests, where nothing else is set |
/// | `skip` | how many requests pass before |
/// | `requests` | `5-9`: the fifth to the ninth request; `5-`: from the fifth on |
/// | `every` | 4: each fourth request |
/// | `from-page` | 2: only requests for page 2 and later ones |
/// | `endpoints` | names of ``SandboxEndpoint``, joined by `+` |
///
/// All others are the kind's own; a `_` stands for a `-`.
struct FaultSettings {
    enum Value: Hashable {
        case text(String)
        case number(Double)
        case list([String])
    }

    static let names = ["rate", "next", "count", "skip", "requests", "every", "from-page", "endpoints"]
    /// What a listing of a plan has besides, which may come back with it.
    static let ignored = ["seen", "played"]

    private let kind: Fault.Kind
    private let settings: [(name: String, value: Value)]

    /// `did you mean 'x'? ` for the known word nearest to `word`; empty where none is near.
    static func question(_ word: String, _ known: [String]) -> String {
        NearestName.of(word, among: known).map { "did you mean '\($0)'? " } ?? ""
    }

    /// - Throws: ``SandboxError/Code/badFaults`` where there is no such kind.
    init(kind: String, _ settings: [(name: String, value: Value)]) throws(SandboxError) {
        guard let known = Fault.Kind(rawValue: kind) else {
            let names = Fault.Kind.allCases.map(\.rawValue)
            throw SandboxError(
                .badFaults, "there is no fault '\(kind)'",
                hint: "\(Self.question(kind, names))kinds are \(names.joined(separator: ", "))")
        }
        self.kind = known
        self.settings = settings
    }

    /// - Throws: ``SandboxError/Code/badFaults``, naming the setting that is unknown, given twice or outside its range.
    func rule() throws(SandboxError) -> FaultPlan.Rule {
        var rule = FaultPlan.Rule(Fault(kind))
        var given: Set<String> = []
        for (written, value) in settings {
            let name = written.replacing("_", with: "-")
            guard given.insert(name == "count" ? "next" : name).inserted else { throw bad("'\(name)' is set twice") }
            if let parameter = kind.parameters.first(where: { $0.name == name }) {
                try set(parameter, to: value, in: &rule.fault)
            } else if !Self.ignored.contains(name) {
                try set(name, to: value, in: &rule)
            }
        }
        guard !rule.endpoints.isDisjoint(with: kind.possibleEndpoints) else {
            throw bad("it shows on no endpoint named", hint: endpointsHint(kind.possibleEndpoints))
        }
        return rule
    }

    private func set(_ name: String, to value: Value, in rule: inout FaultPlan.Rule) throws(SandboxError) {
        switch name {
        case "rate": rule.rate = try number(name, value, 0...1)
        case "next", "count": rule.count = try whole(name, value, from: 0)
        case "skip": rule.skip = try whole(name, value, from: 0)
        case "every": rule.every = try whole(name, value, from: 1)
        case "from-page": rule.fromPage = try whole(name, value, from: 1)
        case "requests": (rule.skip, rule.span) = try requests(value)
        case "endpoints": rule.endpoints = try endpoints(value)
        default:
            let names = kind.parameters.map(\.name) + Self.names
            throw bad(
                "it has no setting '\(name)'",
                hint: "\(Self.question(name, names))settings are \(names.joined(separator: ", "))")
        }
    }

    private func set(_ parameter: Fault.Parameter, to value: Value, in fault: inout Fault) throws(SandboxError) {
        switch parameter.field {
        case .seconds: fault.seconds = try number(parameter.name, value, parameter.range)
        case .jitter: fault.jitter = try number(parameter.name, value, parameter.range)
        case .status: fault.status = try whole(parameter.name, value, parameter.range)
        case .amount: fault.amount = try whole(parameter.name, value, parameter.range)
        case .text:
            let text = try text(parameter.name, value)
            guard parameter.choices.isEmpty || parameter.choices.contains(text) else {
                throw bad("'\(parameter.name)' is one of \(parameter.choices.joined(separator: ", ")), not '\(text)'")
            }
            fault.text = text
        }
    }

    func bad(_ reason: String, hint: String? = nil) -> SandboxError {
        SandboxError(.badFaults, "the fault '\(kind.rawValue)' cannot be set: \(reason)", hint: hint)
    }

    func endpointsHint(_ endpoints: Set<SandboxEndpoint>) -> String {
        "endpoints are " + endpoints.map(\.rawValue).sorted().joined(separator: ", ")
    }
}
