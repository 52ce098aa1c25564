extension FieldParser {
    /// `H`, `H(0-29)`, either with a step: one value drawn from the job's name, or each *n*-th from one drawn below
    /// *n*.
    mutating func parseSplay() throws(CronError) {
        position += 1
        let list = try splayRange() ?? Array(field.splayed)
        let number = Splay.number(jobName: jobName, field: field, occurrence: splays)
        splays += 1
        if let step = try step(limit: list.count) {
            take(list, step: step, from: Int(number % UInt64(step)))
        } else {
            take([list[Int(number % UInt64(list.count))]], step: 1)
        }
    }

    /// `(0-29)`, if it follows.
    private mutating func splayRange() throws(CronError) -> [Int]? {
        guard peek == "(" else { return nil }
        position += 1
        let first = try value()
        guard peek == "-" else { throw unexpected(wanted: "a range as H(0-29)") }
        position += 1
        let last = try value()
        guard peek == ")" else { throw unexpected(wanted: "')'") }
        position += 1
        return field.values(from: first, through: last)
    }
}
