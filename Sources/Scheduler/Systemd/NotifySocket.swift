#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A Unix datagram socket to send to. Opened for each message: they are few, and none can then go to a stale one.
package struct NotifySocket: Sendable {
    /// As in `sockaddr_un`, an abstract name with its leading NUL, a path with its trailing one.
    private let path: [CChar]

    /// - Returns: nil for what is neither a path from the root nor an abstract name (`@`), and for one that is too
    ///   long.
    init?(_ name: String) {
        var path = name.utf8.map { CChar(bitPattern: $0) }
        guard path.count > 1, !path.contains(0), path.count < Self.capacity else { return nil }
        switch name.utf8.first {
        case UInt8(ascii: "@"): path[0] = 0
        case UInt8(ascii: "/"): path.append(0)
        default: return nil
        }
        self.path = path
    }

    private static let capacity = MemoryLayout.size(ofValue: sockaddr_un().sun_path)

    package static var ownProcessID: Int32 { getpid() }

    static var monotonicMicroseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    /// Sends one datagram, waiting at most a second for room. Nobody listening is nobody's failure.
    func send(_ text: String) {
        #if canImport(Glibc)
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        #else
        let type = SOCK_DGRAM
        #endif
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout.size(ofValue: timeout)))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { room in
            path.withUnsafeBytes { room.copyMemory(from: $0) }
        }
        let size = socklen_t(MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 2) + socklen_t(path.count)
        let bytes = Array(text.utf8)
        withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = sendto(descriptor, bytes, bytes.count, 0, address, size)
            }
        }
    }
}
