#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A port of this machine that refuses connections for as long as the value lives: it is bound, so that nobody else
/// gets it, and nobody listens.
final class ClosedPort: Sendable {
    let number: Int
    private let descriptor: Int32

    /// - Returns: nil where the system gives no port.
    init?() {
        #if canImport(Glibc)
        let stream = Int32(SOCK_STREAM.rawValue)
        #else
        let stream = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, stream, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                let bound = bind(descriptor, generic, length)
                return bound == 0 ? getsockname(descriptor, generic, &length) : bound
            }
        }
        number = Int(UInt16(bigEndian: address.sin_port))
        self.descriptor = descriptor
        guard descriptor >= 0, status == 0 else { return nil }
    }

    deinit { close(descriptor) }
}
