import HTTPTypes
import NIOCore
import StorageTime

/// The sandbox's own endpoints, which need no token:
///
/// - `POST /__sandbox/rows?task=ID&at=TIME` stores the NDJSON rows of the body at a time; with `key=NAME` instead of `at`,
///   each at the time in that field, which is not served.
/// - `DELETE /__sandbox/rows?task=ID&from=TIME&to=TIME` has the rows of `[from, to)` expire; either may be left out.
/// - `GET /__sandbox/rows?task=ID` answers all rows of a task as NDJSON.
/// - `GET /__sandbox/stats` answers the counters.
/// - `POST /__sandbox/faults` replaces the faults to play; see ``FaultPlan/init(json:)``.
extension SandboxStore {
    func control(_ incoming: Incoming) -> Answer {
        do {
            switch (incoming.method, incoming.path.dropFirst("/__sandbox/".count)) {
            case (.post, "rows"): return try storeRows(incoming)
            case (.delete, "rows"): return try expireRows(incoming)
            case (.get, "rows"): return listRows(try task(incoming))
            case (.get, "stats"): return Answer(json: statisticsJSON())
            case (.post, "faults"):
                let plan = try FaultPlan(json: incoming.body)
                faults = plan
                return Answer(json: #"{"rules":\#(plan.rules.count)}"#)
            default: return Answer(.notFound("\(incoming.method.rawValue) \(incoming.path)"))
            }
        } catch {
            return Answer(
                status: .badRequest, json: #"{"message":\#(JSONWriting.quoted(error.message))}"#)
        }
    }

    private func storeRows(_ incoming: Incoming) throws(SandboxError) -> Answer {
        let task = try task(incoming)
        var rows: [StoredRow] = []
        if let key = incoming.query["key"] {
            let table = try self.table(of: incoming.body, timeKey: key)
            rows = table.entries.indices.map { index in
                StoredRow(time: table.entries[index].time, bytes: table.withRow(index) { Array($0) })
            }
        } else {
            guard let at = try time("at", incoming) else {
                throw SandboxError(.badSetting, "neither 'at' nor 'key' says when the rows are stored")
            }
            rows = incoming.body.split(separator: Byte.lineFeed).map {
                StoredRow(time: at, bytes: Array($0))
            }
        }
        insert(task: task, rows: rows)
        return Answer(json: #"{"stored":\#(rows.count)}"#)
    }

    private func table(of body: [UInt8], timeKey: String) throws(SandboxError) -> RowTable {
        var sink = RowSink(
            file: "body", timeKey: timeKey, servesTimeKey: false, timeZone: configuration.timeZone)
        var reader = NDJSONReader()
        do {
            try body.withUnsafeBytes { try reader.feed($0, &sink) }
            try reader.finish(&sink)
        } catch let error as SandboxError {
            throw error
        } catch {
            throw SandboxError(.badRow, "the rows cannot be read: \(error)")
        }
        return sink.finish()
    }

    private func expireRows(_ incoming: Incoming) throws(SandboxError) -> Answer {
        let from = try time("from", incoming)
        let to = try time("to", incoming)
        let removed = remove(task: try task(incoming)) { row in
            row.time >= from ?? row.time && (to.map { row.time < $0 } ?? true)
        }
        return Answer(json: #"{"removed":\#(removed)}"#)
    }

    private func listRows(_ task: String) -> Answer {
        var answer = Answer(body: ByteBuffer(bytes: ndjson(of: task)))
        answer.headers[.contentType] = "application/x-ndjson"
        return answer
    }

    private func task(_ incoming: Incoming) throws(SandboxError) -> String {
        guard let task = incoming.query["task"], !task.isEmpty else {
            throw SandboxError(.badSetting, "no 'task' says whose rows are meant")
        }
        return task
    }

    private func time(_ name: String, _ incoming: Incoming) throws(SandboxError) -> StoredTime? {
        guard let text = incoming.query[name] else { return nil }
        guard let time = StoredTime(parsing: text, timeZone: configuration.timeZone) else {
            throw SandboxError(.badSetting, "'\(text)' in '\(name)' is not a time")
        }
        return time
    }

    private func statisticsJSON() -> String {
        let (statistics, tasks) = withState { state in
            let tasks = state.tasks.present.map { place in
                let task = state.tasks.tasks[place]
                return #"{"task":\#(JSONWriting.quoted(task.id)),"rows":\#(task.table.count),"#
                    + #""unexported":\#(task.table.unexportedCount)}"#
            }
            return (state.statistics, tasks)
        }
        func object(_ counts: [String: Int]) -> String {
            let fields = counts.sorted { $0.key < $1.key }.map {
                "\(JSONWriting.quoted($0.key)):\($0.value)"
            }
            return "{\(fields.joined(separator: ","))}"
        }
        let requests = Dictionary(
            uniqueKeysWithValues: statistics.requests.map { ($0.key.rawValue, $0.value) })
        let faults = Dictionary(
            uniqueKeysWithValues: statistics.faults.map { ($0.key.rawValue, $0.value) })
        return
            #"{"requests":\#(object(requests)),"faults":\#(object(faults)),"grants":\#(statistics.grants),"#
            + #""rows":\#(statistics.rows),"bytes":\#(statistics.bytes),"cached_pages":\#(statistics.cachedPages),"#
            + #""tasks":[\#(tasks.joined(separator: ","))]}"#
    }
}
