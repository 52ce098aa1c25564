/// What to write of each row, and how.
package struct RestoreOptions: Sendable, Hashable {
    package var format: RestoreFormat
    /// The columns to write, in this order; nil for all, in the order in which they were first seen.
    package var columns: ColumnNames?
    /// Begin with a byte order mark, and put an apostrophe before text that a spreadsheet would run as a formula.
    package var excel: Bool
    /// End lines with CR LF instead of LF.
    package var crlf: Bool
    /// Compress the output: gzip, a member a portion of rows.
    package var gzip: Bool
    /// Columns that get another name, each as `old=new`. All other options go by the new names.
    package var renames: [String]
    /// Write, with each row's own columns, ``WindowColumns/names``.
    package var addsWindow: Bool
    /// Which of the rows are written.
    package var rules: RowRules

    /// - Throws: ``RestoreError/Code/badOption`` for `excel` or `crlf` with a format that is no CSV or TSV, `gzip` with
    ///   a database, and what is no `old=new`.
    package init(
        format: RestoreFormat = .csv, columns: ColumnNames? = nil, excel: Bool = false, crlf: Bool = false,
        gzip: Bool = false, renames: [String] = [], addsWindow: Bool = false, rules: RowRules = RowRules()
    ) throws(RestoreError) {
        let isText = format == .csv || format == .tsv
        guard isText || (!excel && !crlf) else {
            throw RestoreError(
                .badOption, "\(excel ? "--excel" : "--crlf") is for csv and tsv, and the format is \(format.rawValue)")
        }
        guard format != .sqlite || !gzip else {
            throw RestoreError(
                .badOption, "a database cannot be written compressed",
                hint: "compress the file afterwards, or write another format")
        }
        for rename in renames where NamedValue.all(in: rename).isEmpty {
            throw RestoreError(
                .badOption, "--rename: '\(rename)' is no old=new", hint: "write --rename price=price_eur")
        }
        self.format = format
        self.columns = columns
        self.excel = excel
        self.crlf = crlf
        self.gzip = gzip
        self.renames = renames
        self.addsWindow = addsWindow
        self.rules = rules
    }

    /// The window's columns that are written.
    var windowColumns: [String] {
        if addsWindow { return WindowColumns.names }
        return format == .sqlite ? WindowColumns.edges : []
    }

    /// The columns of a plan's rows.
    func choice(of plan: RestorePlan) throws(RestoreError) -> ColumnChoice {
        try ColumnChoice(
            keys: plan.keys, asked: columns, renames: renames, window: windowColumns, foldsCase: format == .sqlite)
    }

    /// The names of the columns that a plan's rows are written with.
    ///
    /// - Throws: ``RestoreError/Code/badColumn``.
    package func columnNames(of plan: RestorePlan) throws(RestoreError) -> [String] {
        try choice(of: plan).names
    }
}
