/// What one field says.
struct FieldValues: Sendable, Hashable {
    /// Bit *n* is set where value *n* fits.
    var mask: UInt64 = 0
    var specials: [DaySpecial] = []
    /// Whether the field begins with `*` (or is `?`): cron's notion of an unrestricted field, which includes `*/2`.
    var startsWithStar = false

    /// One value.
    static func only(_ value: Int) -> FieldValues {
        FieldValues(mask: 1 << UInt64(value))
    }
}
