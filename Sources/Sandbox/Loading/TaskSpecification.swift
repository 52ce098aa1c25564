/// A task to serve, and where its rows come from.
package struct TaskSpecification: Sendable, Hashable {
    /// Where rows come from.
    package enum Rows: Sendable, Hashable {
        /// The weather of Seattle, 2012 to 2015: 1,461 rows, each stored at midnight of its `date`, which is served
        /// too.
        case weather
        /// A CSV or NDJSON file. The field `timeKey` is when a row was stored, and is not served.
        case file(path: String, timeKey: String)
        /// Rows made for tests, on 2013-01-01 and after; the same seed makes the same.
        case recipe(RowRecipe, seed: UInt64 = 1)
        /// None to begin with: rows come through ``SandboxStore/insert(task:row:at:)``.
        case none
    }

    package var id: String
    package var name: String
    package var rows: Rows

    /// - Parameter name: the task's name; without one, its id.
    package init(id: String, name: String? = nil, rows: Rows = .none) {
        self.id = id
        self.name = name ?? id
        self.rows = rows
    }

    /// The embedded sample, under the id that the vendor's page has in its example.
    package static let weather = TaskSpecification(
        id: "b1d51de6-f644-4a26-b659-d001fe527f4c", name: "Seattle weather", rows: .weather)

    /// Reads `ID=FILE:TIMEKEY`, where the id ends at the first `=` and the key starts after the last `:`, or
    /// `ID=RECIPE[:SEED]`, where the recipe is a ``RowRecipe``.
    ///
    /// The file is NDJSON where its name ends in `.ndjson`, `.jsonl` or `.json`, CSV where it ends in `.csv`; either
    /// may be compressed, and then ends in `.gz`. It is opened later, when the store is made.
    ///
    /// - Throws: ``SandboxError/Code/badSpecification``, naming the text and what it lacks.
    package static func parse(_ text: String) throws(SandboxError) -> TaskSpecification {
        func bad(_ reason: String) -> SandboxError {
            SandboxError(
                .badSpecification, "'\(text)' is not a task: \(reason)",
                hint:
                    "write ID=FILE:TIMEKEY, such as flights=flights.ndjson.gz:time_hour, or ID=RECIPE:SEED, where recipes "
                    + "are \(RowRecipe.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard let equals = text.firstIndex(of: "=") else { throw bad("it has no '='") }
        let id = text[..<equals]
        let rest = text[text.index(after: equals)...]
        guard !id.isEmpty else { throw bad("its id is empty") }
        let words = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if let recipe = RowRecipe(rawValue: String(words[0])) {
            guard let seed = words.count == 1 ? 1 : UInt64(words[1]) else { throw bad("'\(words[1])' is no seed") }
            return TaskSpecification(id: String(id), rows: .recipe(recipe, seed: seed))
        }
        guard let colon = rest.lastIndex(of: ":") else {
            throw bad("no ':' and time key follow the file")
        }
        let path = rest[..<colon]
        let key = rest[rest.index(after: colon)...]
        guard !path.isEmpty else { throw bad("its file is empty") }
        guard !key.isEmpty else { throw bad("its time key is empty") }
        guard RowFile.Format(path: String(path)) != nil else {
            throw bad("'\(path)' ends in none of .csv, .ndjson, .jsonl, .json, with or without .gz")
        }
        return TaskSpecification(id: String(id), rows: .file(path: String(path), timeKey: String(key)))
    }
}
