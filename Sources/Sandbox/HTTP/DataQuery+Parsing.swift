import Foundation
import Records
import StorageTime

extension DataQuery {
    /// Reads the query of one of the four sources.
    ///
    /// - Throws: ``APIFailure/pageSize`` outside 1 to 1000, ``APIFailure/invalidRequest`` for what is missing or no
    ///   number or time. A size left out is 1000, the default that the vendor's page speaks of; an index left out is 1.
    init(source: RowSource, items: QueryItems, timeZone: TimeZone) throws(APIFailure) {
        self.init(source: source, task: items["taskid"] ?? "")
        let sizeText = items[source == .unexported ? "size" : "pagesize"]
        guard let size = Int(sizeText ?? "1000") else { throw .invalidRequest }
        guard (1...1000).contains(size) else { throw .pageSize }
        self.size = size
        if source != .unexported {
            guard let index = Int(items["pageindex"] ?? "1"), index >= 1 else { throw .invalidRequest }
            self.index = index
        }
        if source == .storageTime {
            from = try Self.time(items["from"], timeZone)
            to = try Self.time(items["to"], timeZone)
        }
    }

    /// A time, with or without the braces that the vendor's page prints around it.
    private static func time(_ text: String?, _ timeZone: TimeZone) throws(APIFailure) -> StoredTime {
        guard var text = text?[...] else { throw .invalidRequest }
        if text.first == "{", text.last == "}" { text = text.dropFirst().dropLast() }
        guard let time = StoredTime(parsing: String(text), timeZone: timeZone) else {
            throw .invalidRequest
        }
        return time
    }
}
