package import Foundation

/// Checks JSON documents against the part of JSON Schema that `contrib/schema` uses: `type`, `enum`, `required`,
/// `properties`, `additionalProperties`, `items` and `anyOf`.
package struct JSONSchema: Sendable {
    private let text: Data

    /// - Throws: where the file is not there, is no JSON object, or uses a key that is not understood here.
    package init(contentsOf file: URL) throws {
        text = try Data(contentsOf: file)
        try Self.requireKnown(try schema(), at: file.lastPathComponent)
    }

    /// What of a document does not fit, each with its place; empty where all of it does.
    package func problems(of document: Any) throws -> [String] {
        Self.problems(of: document, try schema(), at: "$")
    }

    private func schema() throws -> [String: Any] {
        guard let schema = try JSONSerialization.jsonObject(with: text) as? [String: Any] else {
            throw Unusable(reason: "a schema is no object")
        }
        return schema
    }

    private struct Unusable: Error { let reason: String }

    private static let known: Set = [
        "$schema", "title", "description", "type", "enum", "required", "properties", "additionalProperties", "items",
        "anyOf",
    ]

    private static func requireKnown(_ schema: [String: Any], at place: String) throws {
        for key in schema.keys where !known.contains(key) { throw Unusable(reason: "\(place) uses '\(key)'") }
        for (name, part) in schema["properties"] as? [String: [String: Any]] ?? [:] {
            try requireKnown(part, at: "\(place).\(name)")
        }
        if let items = schema["items"] as? [String: Any] { try requireKnown(items, at: "\(place)[]") }
        for part in schema["anyOf"] as? [[String: Any]] ?? [] { try requireKnown(part, at: "\(place)|") }
    }

    private static func problems(of value: Any, _ schema: [String: Any], at place: String) -> [String] {
        var found: [String] = []
        if let choices = schema["anyOf"] as? [[String: Any]] {
            let attempts = choices.map { problems(of: value, $0, at: place) }
            if !attempts.contains(where: \.isEmpty) { found += attempts.min { $0.count < $1.count } ?? [] }
        }
        let types = (schema["type"] as? [String]) ?? (schema["type"] as? String).map { [$0] } ?? []
        if !types.isEmpty, !types.contains(where: { isOf(type: $0, value) }) {
            return found + ["\(place) is no \(types.joined(separator: " or ")): \(value)"]
        }
        if let allowed = schema["enum"] as? [String], let text = value as? String, !allowed.contains(text) {
            found.append("\(place) is '\(text)', and none of \(allowed.joined(separator: ", "))")
        }
        if let object = value as? [String: Any] {
            for key in schema["required"] as? [String] ?? [] where object[key] == nil {
                found.append("\(place) lacks '\(key)'")
            }
            let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
            for (key, part) in object.sorted(by: { $0.key < $1.key }) {
                if let property = properties[key] {
                    found += problems(of: part, property, at: "\(place).\(key)")
                } else if schema["additionalProperties"] as? Bool == false {
                    found.append("\(place) has '\(key)'")
                }
            }
        }
        if let items = schema["items"] as? [String: Any], let list = value as? [Any] {
            for (index, item) in list.enumerated() { found += problems(of: item, items, at: "\(place)[\(index)]") }
        }
        return found
    }

    private static func isOf(type: String, _ value: Any) -> Bool {
        switch type {
        case "null": value is NSNull
        case "boolean": isBoolean(value)
        case "string": value is String
        case "array": value is [Any]
        case "object": value is [String: Any]
        case "number": value is NSNumber && !isBoolean(value)
        case "integer":
            (value as? NSNumber).map { !isBoolean(value) && $0.doubleValue.rounded() == $0.doubleValue } ?? false
        default: false
        }
    }

    /// A number and a truth value are the same class there.
    private static func isBoolean(_ value: Any) -> Bool {
        guard let number = value as? NSNumber else { return false }
        return String(cString: number.objCType) == "c"
    }
}
