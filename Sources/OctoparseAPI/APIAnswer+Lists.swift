import RowJSON
import Secrets

extension APIAnswer {
    /// - Throws: ``APIError/Code/malformed`` where there is no list, or an entry has no id.
    func taskGroups(_ context: CallContext) throws(APIError) -> [TaskGroup] {
        try entries(id: "taskgroupid", name: "taskgroupname", context).map {
            TaskGroup(id: $0.id, name: context.secrets.mask($0.name))
        }
    }

    /// - Throws: ``APIError/Code/malformed`` where there is no list, or an entry has no id.
    func tasks(_ context: CallContext) throws(APIError) -> [RemoteTask] {
        try entries(id: "taskid", name: "taskname", context).map {
            RemoteTask(id: $0.id, name: context.secrets.mask($0.name), sentName: $0.name)
        }
    }

    private func entries(
        id idKey: String, name nameKey: String, _ context: CallContext
    ) throws(APIError) -> [(id: String, name: String)] {
        guard let rows = try envelope(context).rows else { throw context.error(.malformed, "sent no list") }
        var entries: [(id: String, name: String)] = []
        for index in 0..<rows.count {
            let fields = rows.withRow(index) { FlatObject($0, keys: [idKey, nameKey]) }
            guard let id = fields?[idKey], !id.isEmpty else {
                throw context.error(.malformed, "sent a list whose entry \(index + 1) has no \(idKey)")
            }
            entries.append((context.secrets.mask(id: id), fields?[nameKey] ?? ""))
        }
        return entries
    }
}

/// Some texts and numbers of a JSON object, by key in lower case.
struct FlatObject {
    private var fields: [String: String] = [:]

    /// - Parameter keys: the keys wanted, in lower case; whatever else the object holds costs no memory.
    /// - Returns: nil where `bytes` is no JSON object.
    init?(_ bytes: UnsafeRawBufferPointer, keys: Set<String>) {
        let longest = 6 * (keys.map(\.utf8.count).max() ?? 0)
        do {
            try RowFields.forEach(in: bytes) { field in
                // An escape writes a byte in six.
                guard field.key.count <= longest, field.kind == .string || field.kind == .number else { return }
                let key = JSONText.string(field.key).lowercased()
                guard keys.contains(key) else { return }
                fields[key] = JSONText.string(field.content)
            }
        } catch {
            return nil
        }
    }

    /// A string's content or a number's text; nil where the key is absent or of another type.
    subscript(key: String) -> String? { fields[key] }
}
