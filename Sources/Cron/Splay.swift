/// The number behind `H`: drawn from a job's name, so that jobs spread out and each keeps its place for ever.
///
/// The values are part of what users see: another function would move every job, so it never changes.
enum Splay {
    /// A number that is the same for the same job, field and occurrence of `H` in the field, on every machine.
    ///
    /// FNV-1a over the three, then mixed so that low bits depend on every letter. The field is part of it, so that the
    /// minute of a job says nothing about its hour.
    static func number(jobName: String, field: CronField, occurrence: Int) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(field.rawValue)/\(occurrence)/\(jobName)".utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return hash ^ (hash >> 33)
    }
}
