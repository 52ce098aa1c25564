/// Bytes on their way out: room is made once a row, and writing within it checks nothing.
final class OutputBuffer {
    private(set) var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Where the next byte goes.
    var end: UnsafeMutablePointer<UInt8>

    init(capacity: Int = 64 << 10) {
        self.capacity = capacity
        start = .allocate(capacity: capacity)
        end = start
    }

    deinit { start.deallocate() }

    var count: Int { end - start }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// Makes sure that `count` further bytes fit.
    @inline(__always)
    func reserve(_ count: Int) {
        if start + capacity - end < count { grow(count) }
    }

    /// Forgets what was written, and gives back memory that a rare large block took.
    func clear() {
        if capacity > 8 << 20 {
            start.deallocate()
            capacity = 64 << 10
            start = .allocate(capacity: capacity)
        }
        end = start
    }

    private func grow(_ count: Int) {
        let used = self.count
        capacity = max(capacity * 2, used + count)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: start, count: used)
        start.deallocate()
        start = larger
        end = larger + used
    }

    /// Writes one byte, for which there is room.
    @inline(__always)
    func put(_ byte: UInt8) {
        end.pointee = byte
        end += 1
    }

    /// Writes bytes, for which there is room.
    @inline(__always)
    func put(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        UnsafeMutableRawPointer(end).copyMemory(from: base, byteCount: bytes.count)
        end += bytes.count
    }

    /// Writes bytes, making room for them.
    func append(_ bytes: UnsafeRawBufferPointer) {
        reserve(bytes.count)
        put(bytes)
    }
}
