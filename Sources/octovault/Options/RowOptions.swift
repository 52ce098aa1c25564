import ArgumentParser
import Operations
import Restore

/// Which rows a restore writes, and what it makes of them.
struct RowOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only these columns, in this order, by their new names where some are renamed. One with a comma in its name, or "
                + "without a name, stands in quotes as in CSV: '\"a,b\",\"\"'.", valueName: "a,b"))
    var columns: String?

    @Option(
        help: ArgumentHelp(
            "Give a column another name. Comes first: the other options go by the new name. The old name may stand in "
                + "quotes: '\"\"=new'. Repeatable.",
            valueName: "old=new"))
    var rename: [String] = []

    @Flag(help: "Add the columns _window_from, _window_to, _captured_at (UTC) and _archive to each row.")
    var addWindow = false

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only rows with that value, as CSV shows it; column!=value for any other, column= for null, absent or empty. "
                + "A name may stand in quotes: '\"\"=value', '\"a=b\"!=value'. Repeatable: all must hold.",
            valueName: "column=value"))
    var conditions: [String] = []

    @Flag(help: "Of rows that are the same in all columns written, those of --add-window aside, write one.")
    var dedupe = false

    @Option(
        help: ArgumentHelp(
            "Of rows that are the same in these columns, write one. Quotes as in --columns.", valueName: "a,b"))
    var dedupeBy: String?

    @Option(help: ArgumentHelp("Which of them: first (unless given) or last.", valueName: "first|last"))
    var keep: RowRules.Dedupe.Keep?

    @Option(
        help: ArgumentHelp(
            "Draw so many rows, or each with that chance. The same ones again, unless --seed differs.",
            valueName: "n|p%"))
    var sample: String?

    @Option(help: ArgumentHelp("Another number draws other rows; 0 unless given.", valueName: "n"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Stop after so many rows of a task.", valueName: "n"))
    var limit: Int?

    var columnNames: ColumnNames? { columns.map { ColumnNames(list: $0) } }

    /// - Throws: ``Problem`` with status `usage`, and `RestoreError`.
    func rules() throws -> RowRules {
        if let limit, limit < 0 {
            throw Problem.usage("--limit: \(limit) is not possible", hint: "write 0 or more")
        }
        return try RowRules(conditions: conditions, dedupe: dedupeRule(), sample: sampleRule(), limit: limit)
    }

    private func dedupeRule() throws -> RowRules.Dedupe? {
        guard !dedupe || dedupeBy == nil else {
            throw Problem.usage(
                "--dedupe compares whole rows, and --dedupe-by some columns", hint: "leave one of them out")
        }
        guard dedupe || dedupeBy != nil else {
            guard keep == nil else {
                throw Problem.usage(
                    "--keep says which of several rows is kept, and nothing leaves any out",
                    hint: "add --dedupe or --dedupe-by")
            }
            return nil
        }
        return RowRules.Dedupe(columns: dedupeBy.map { ColumnNames(list: $0) }, keep: keep ?? .first)
    }

    private func sampleRule() throws -> RowRules.Sample? {
        guard let sample else {
            guard seed == nil else {
                throw Problem.usage("--seed is for --sample", hint: "add --sample 1000 or --sample 5%")
            }
            return nil
        }
        guard let rule = RowRules.Sample(sample, seed: seed ?? 0) else {
            throw Problem.usage(
                "--sample: '\(sample)' is neither a number of rows nor a share",
                hint: "write --sample 1000 or --sample 2.5%")
        }
        return rule
    }
}
