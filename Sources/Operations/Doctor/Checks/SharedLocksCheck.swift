import Foundation
import Jobs
import Vault

/// Whether the vault's file system keeps a lock of one process from another: several processes, or machines, on one
/// vault rely on it.
struct SharedLocksCheck: DoctorCheck {
    let name = "shared locks"
    /// The folder of the vault's lock files; nil where nothing can be written.
    let folder: String?
    let environment: [String: String]

    func findings() async throws -> [Finding] {
        guard let folder else { return [] }
        let path = "\(folder)/+doctor.lock"
        guard let held = try? LockTrial.take(path) else {
            return [
                .error(
                    .cannotWrite, "the vault's file system has no locks: two processes could take one task at once",
                    "keep the vault on a file system with flock, or run one octovault at a time")
            ]
        }
        defer {
            // A check-up leaves nothing behind.
            unlink(path)
            held.release()
        }
        // Another process, which ends at once: with 0 where it got the lock as well.
        let command = ShellCommand.program(["flock", "--nonblock", "--conflict-exit-code", "75", path, "true"])
        do throws(CommandError) {
            let result = try await command.run(
                environment: environment.filter { $0.key == "PATH" }, outputLimit: 1 << 10, timeout: .seconds(20))
            switch result.exitStatus {
            case 75: return [.ok("a lock of one process keeps another out")]
            case 0:
                return [
                    .error(
                        .cannotWrite,
                        "the vault's file system does not keep locks: a second process got one that is held",
                        "use one octovault at a time here, or mount the file system with locks (NFS: not nolock)")
                ]
            default: return [.warning("whether locks are kept between processes could not be tried", nil)]
            }
        } catch {
            return [.ok("this process can take locks; the program flock is not there to try a second one")]
        }
    }
}
