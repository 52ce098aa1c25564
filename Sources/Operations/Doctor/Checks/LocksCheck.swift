import Vault

/// Which tasks are held by a process at the moment.
struct LocksCheck: DoctorCheck {
    let name = "locks"
    let held: [HeldLock]

    func findings() -> [Finding] {
        guard !held.isEmpty else { return [.ok("no task is held by a process")] }
        return held.map { lock in
            .ok("task \(lock.task) is held by \(lock.processID.map { "process \($0)" } ?? "another process")")
        }
    }
}
