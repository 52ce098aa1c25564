import HTTPTypes
import NIOCore
import StorageTime

/// The sandbox's own endpoints, which need no token:
///
/// - `POST /__sandbox/rows?task=ID&at=TIME` stores the NDJSON rows of the body at a time; with `key=NAME` instead of
///   `at`, each at the time in that field, which is not served.
/// - `DELETE /__sandbox/rows?task=ID&from=TIME&to=TIME` has the rows of `[from, to)` expire; either may be left out.
///   With `after=N`, both do so once N more requests to the API have come.
/// - `GET /__sandbox/rows?task=ID` answers all rows of a task as NDJSON, whatever faults are played: the truth to
///   compare with.
/// - `GET /__sandbox/stats` answers the counters.
/// - `POST /__sandbox/faults` replaces the faults to play; see ``FaultPlan/init(json:)``. `GET` answers them in that
///   form, each with how many requests it has `seen` and was `played` on; `DELETE` clears them.
extension SandboxStore {
    func control(_ incoming: IncomingRequest) -> SandboxAnswer {
        do {
            switch (incoming.method, incoming.path.dropFirst("/__sandbox/".count)) {
            case (.post, "rows"): return try storeRows(incoming)
            case (.delete, "rows"): return try expireRows(incoming)
            case (.get, "rows"): return listRows(try task(incoming))
            case (.get, "stats"): return SandboxAnswer(json: statisticsJSON())
            case (.post, "faults"):
                let plan = try FaultPlan(json: incoming.body)
                faults = plan
                return SandboxAnswer(json: #"{"rules":\#(plan.rules.count)}"#)
            case (.get, "faults"): return SandboxAnswer(json: faults.json)
            case (.delete, "faults"):
                faults = FaultPlan()
                return SandboxAnswer(json: #"{"rules":0}"#)
            default: return SandboxAnswer(.notFound("\(incoming.method.rawValue) \(incoming.path)"))
            }
        } catch {
            let hint = error.hint.map { #","hint":\#(JSONWriting.quoted($0))"# } ?? ""
            return SandboxAnswer(
                status: .badRequest, json: #"{"message":\#(JSONWriting.quoted(error.message))\#(hint)}"#)
        }
    }

    private func storeRows(_ incoming: IncomingRequest) throws(SandboxError) -> SandboxAnswer {
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
        if let requests = try requestsToCome(incoming) {
            let later = rows
            after(requests: requests) { $0.insert(task: task, rows: later) }
            return SandboxAnswer(json: #"{"to_store":\#(rows.count)}"#)
        }
        insert(task: task, rows: rows)
        return SandboxAnswer(json: #"{"stored":\#(rows.count)}"#)
    }

    private func table(of body: [UInt8], timeKey: String) throws(SandboxError) -> RowTable {
        var sink = RowLoader(
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

    private func expireRows(_ incoming: IncomingRequest) throws(SandboxError) -> SandboxAnswer {
        let from = try time("from", incoming)
        let to = try time("to", incoming)
        let task = try task(incoming)
        let isGone: @Sendable (StoredRow) -> Bool = { row in
            row.time >= from ?? row.time && (to.map { row.time < $0 } ?? true)
        }
        if let requests = try requestsToCome(incoming) {
            after(requests: requests) { $0.remove(task: task, where: isGone) }
            return SandboxAnswer(json: #"{"to_remove":\#(rows(of: task).count(where: isGone))}"#)
        }
        let removed = remove(task: task, where: isGone)
        return SandboxAnswer(json: #"{"removed":\#(removed)}"#)
    }

    private func listRows(_ task: String) -> SandboxAnswer {
        var answer = SandboxAnswer(body: ByteBuffer(bytes: ndjson(of: task)))
        answer.headers[.contentType] = "application/x-ndjson"
        return answer
    }

    private func task(_ incoming: IncomingRequest) throws(SandboxError) -> String {
        guard let task = incoming.query["task"], !task.isEmpty else {
            throw SandboxError(.badSetting, "no 'task' says whose rows are meant")
        }
        return task
    }

    /// How many requests to the API come before the change; nil where it is made at once.
    private func requestsToCome(_ incoming: IncomingRequest) throws(SandboxError) -> Int? {
        guard let text = incoming.query["after"] else { return nil }
        guard let requests = Int(text), requests >= 0 else {
            throw SandboxError(.badSetting, "'\(text)' in 'after' is no number of requests")
        }
        return requests
    }

    private func time(_ name: String, _ incoming: IncomingRequest) throws(SandboxError) -> StoredTime? {
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
