import Archive
import RowJSON
import Synchronization

/// Lends encoders to the tasks that compress, so that each is reused and no two wait for one.
final class EncoderPool: Sendable {
    private let idle = Mutex<[MemberEncoder]>([])
    private let level: Int

    init(level: Int) {
        self.level = level
    }

    func encode(_ block: RowBlock) throws -> EncodedMember {
        let encoder = try idle.withLock { $0.popLast() } ?? MemberEncoder(level: level)
        defer { idle.withLock { $0.append(encoder) } }
        return try encoder.encode(block)
    }
}
