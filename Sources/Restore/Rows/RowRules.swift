import Records

/// Which rows are written. They apply in this order: conditions, repetitions, sample, limit.
package struct RowRules: Sendable, Hashable {
    /// `column=value` or `column!=value`, by the text that CSV shows of a value; null and absent are like an empty
    /// text. A row must meet all of them.
    package var conditions: [String]
    package var dedupe: Dedupe?
    package var sample: Sample?
    /// The most rows that are written: the first ones.
    package var limit: Int?

    /// - Throws: ``RestoreError/Code/badOption`` for a condition without `=`, and for a limit besides a number of rows
    ///   to sample.
    package init(
        conditions: [String] = [], dedupe: Dedupe? = nil, sample: Sample? = nil, limit: Int? = nil
    ) throws(RestoreError) {
        for condition in conditions where NamedValue.all(in: condition).isEmpty {
            throw RestoreError(
                .badOption, "--where: '\(condition)' is no condition",
                hint: "write column=value, column!=value, or column= for what is empty")
        }
        if case .rows = sample?.amount, limit != nil {
            throw RestoreError(
                .badOption, "--sample already says how many rows are written, and so does --limit",
                hint: "leave one of them out, or sample a share: --sample 10%")
        }
        self.conditions = conditions
        self.dedupe = dedupe
        self.sample = sample
        self.limit = limit
    }

    /// Every row.
    package init() {
        conditions = []
    }

    /// Whether all rows must be looked at before it is known which are written.
    var needsSurvey: Bool {
        if case .rows = sample?.amount { return true }
        return dedupe != nil
    }
}

extension RowRules {
    /// Of rows that are the same, one is written.
    ///
    /// Values are the same where CSV shows the same text; null and absent are the same, and differ from an empty text.
    /// What is no text, and shows as U+FFFD, is the same where it is the same to the byte.
    package struct Dedupe: Sendable, Hashable {
        package enum Keep: String, Sendable, Hashable, CaseIterable { case first, last }

        /// The columns compared; nil for all of the rows' own that are written.
        package var columns: ColumnNames?
        /// Which of them is written, in its own place.
        package var keep: Keep

        package init(columns: ColumnNames? = nil, keep: Keep = .first) {
            self.columns = columns
            self.keep = keep
        }
    }

    /// Rows drawn by chance.
    ///
    /// A row's lot comes from the seed, its window and its place there: the same rows are drawn again, whatever else is
    /// restored with them and however windows were compacted.
    package struct Sample: Sendable, Hashable {
        package enum Amount: Sendable, Hashable {
            /// So many rows, or all where there are fewer.
            case rows(Int)
            /// A share of the rows, 0 to 1, each drawn on its own.
            case share(Double)
        }

        package var amount: Amount
        package var seed: UInt64

        package init(_ amount: Amount, seed: UInt64 = 0) {
            self.amount = amount
            self.seed = seed
        }

        /// Reads a number of rows, such as `1000`, or a share, such as `2.5%`; nil for anything else.
        package init?(_ text: String, seed: UInt64 = 0) {
            if text.utf8.last == UInt8(ascii: "%") {
                let digits = text.dropLast()
                guard digits.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }),
                    let percent = Double(digits), percent > 0, percent <= 100
                else { return nil }
                self.init(.share(percent / 100), seed: seed)
            } else {
                guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let rows = Int(text), rows > 0 else {
                    return nil
                }
                self.init(.rows(rows), seed: seed)
            }
        }

        /// As it is read; a share in percent.
        package var description: String {
            switch amount {
            case .rows(let count): String(count)
            case .share(let part):
                (part * 100).rounded() == part * 100 ? "\(Int(part * 100))%" : "\(part * 100)%"
            }
        }

        /// What a row's lot is, evenly spread; `place` counts from the window's first row.
        static func lot(seed: UInt64, window: Int, place: Int) -> UInt64 {
            mix(mix(mix(seed) ^ UInt64(bitPattern: Int64(window))) ^ UInt64(bitPattern: Int64(place)))
        }

        /// The step and output of SplitMix64.
        private static func mix(_ value: UInt64) -> UInt64 {
            var word = value &+ 0x9E37_79B9_7F4A_7C15
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }
}
