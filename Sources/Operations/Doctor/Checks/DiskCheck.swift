import Catalog
import Foundation
import StorageTime

/// Whether the disk has room, and for how long at the rate at which the vault grows.
struct DiskCheck: DoctorCheck {
    let name = "disk"
    /// Bytes that may still be written.
    let free: Int
    /// Files that may still be made; nil where the file system does not count them.
    let freeFiles: Int?
    /// nil where nothing new came in lately.
    let growth: VaultGrowth?

    /// Less room than this, and a run may end in the middle.
    static let leastFree = 64 << 20
    private static let leastFiles = 1000
    /// Days left that are worth a look, and days left that are not enough.
    private static let days = (warning: 14.0, error: 1.0)

    func findings() -> [Finding] {
        let advice = "make room, or move the vault; `octovault prune` and `compact` make it smaller"
        if free < Self.leastFree {
            return [.error(.cannotWrite, "the vault's disk has \(free.byteSize) left", advice)]
        }
        if let freeFiles, freeFiles < Self.leastFiles {
            return [.error(.cannotWrite, "the vault's disk has room for \(freeFiles.grouped) more files", advice)]
        }
        guard let growth, growth.bytes > 0 else {
            return [
                .ok(
                    "\(free.byteSize) are free; nothing was taken as it became due within the last month, so there is no forecast"
                )
            ]
        }
        let left = Double(free) / growth.bytesPerDay
        let message =
            "\(free.byteSize) are free, enough for \(Self.time(left)) at \(Int(held: growth.bytesPerDay).byteSize) a day"
        if left < Self.days.error { return [.error(.cannotWrite, message, advice)] }
        return [left < Self.days.warning ? .warning(message, advice) : .ok(message)]
    }

    private static func time(_ days: Double) -> String {
        switch days {
        case 3650...: "more than ten years"
        case 2...: "\(Int(days).grouped) days"
        default: "\(max(0, Int(days * 24))) hours"
        }
    }
}
