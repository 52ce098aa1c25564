import Catalog

/// Which snapshots were found damaged, and not healed yet.
struct DamageCheck: DoctorCheck {
    let name = "damage"
    let damages: [DamageRecord]

    func findings() -> [Finding] {
        guard !damages.isEmpty else { return [.ok("no snapshot is known to be damaged")] }
        return damages.map { damage in
            .error(
                .dataDamaged, "\(damage.path) is damaged: \(damage.code), found on \(damage.foundAt.utcText)",
                "octovault verify --heal")
        }
    }
}
