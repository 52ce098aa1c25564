import Vault

/// What lies in `lost+found/`, and what of it waits to be taken again.
struct LostAndFoundCheck: DoctorCheck {
    let name = "lost+found"
    let content: LostAndFound

    func findings() -> [Finding] {
        if let obstacle = content.obstacle {
            return [
                .error(
                    .cannotWrite, "lost+found \(obstacle): nothing that is damaged can be set aside",
                    "put a folder in its place")
            ]
        }
        let waiting = content.waiting.map { address in
            Finding.error(
                .dataDamaged, "\(address) was damaged and set aside, and was not taken again yet",
                "octovault verify --heal")
        }
        guard content.files > 0 else { return [.ok("nothing lies in lost+found/")] }
        let files = "\(content.files.grouped) \(content.files == 1 ? "file lies" : "files lie")"
        return waiting + [
            .warning(
                "\(files) in lost+found/, \(content.bytes.byteSize): no part of the backup",
                "look at them, and remove what you do not need\(waiting.isEmpty ? "" : " once the above is healed")")
        ]
    }
}
