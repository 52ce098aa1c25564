import Catalog

/// Which snapshots were found damaged, and not healed yet.
struct DamageCheck: DoctorCheck {
    let name = "damage"
    let damages: [DamageRecord]

    func findings() -> [Finding] {
        guard !damages.isEmpty else { return [.ok("no snapshot is known to be damaged")] }
        let subjects = damages.map { damage in
            Finding.Subject(
                damage.task, name: damage.path, "\(damage.code), found on \(damage.foundAt.utcText)",
                advice: "octovault verify --heal")
        }
        return Finding.of(
            subjects, .dataDamaged, one: { "\($0.name) is damaged: \($0.detail)" },
            several: { "\($0.grouped) snapshots are damaged" })
    }
}
