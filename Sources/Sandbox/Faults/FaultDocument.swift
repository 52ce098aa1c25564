/// The JSON of a plan before its names and values are judged.
struct FaultDocument: Decodable {
    enum Entry {
        case text(String)
        case object(kind: String, [(name: String, value: FaultSettings.Value)])
    }

    let seed: UInt64
    let faults: [Entry]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        if let unknown = container.allKeys.first(where: { !["seed", "faults"].contains($0.stringValue) }) {
            throw DecodingError.dataCorruptedError(
                forKey: unknown, in: container, debugDescription: "no such key; there are 'seed' and 'faults'")
        }
        let key = AnyKey("seed")
        if try !container.contains(key) || container.decodeNil(forKey: key) {
            seed = 1
        } else if let seed = try? container.decode(UInt64.self, forKey: key) {
            self.seed = seed
        } else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: container,
                debugDescription: "a whole number from 0 to 18446744073709551615 belongs here")
        }
        faults = try container.decodeIfPresent([Entry].self, forKey: AnyKey("faults")) ?? []
    }
}

extension FaultDocument.Entry: Decodable {
    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self = .text(text)
            return
        }
        let container = try decoder.container(keyedBy: AnyKey.self)
        let kind = try container.decode(String.self, forKey: AnyKey("fault"))
        var settings: [(name: String, value: FaultSettings.Value)] = []
        // By name, since JSON keeps no order: the first mistake told is always the same.
        for key in container.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) where key.stringValue != "fault" {
            guard try !container.decodeNil(forKey: key) else { continue }
            settings.append((key.stringValue, try container.decode(FaultSettings.Value.self, forKey: key)))
        }
        self = .object(kind: kind, settings)
    }
}

extension FaultSettings.Value: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([String].self) {
            self = .list(list)
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a number, a text or a list of texts belongs here")
        }
    }
}

/// Any key of an object.
private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
