#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes to an open file descriptor, such as standard output. What was written stays written.
///
/// The process must ignore SIGPIPE, or a closed pipe ends it before this can say so.
package final class DescriptorSink: RowSink {
    private let descriptor: Int32
    private let isOwned: Bool
    /// How long to wait at a time for a pipe that takes no more, in milliseconds, before looking whether to stop.
    private static let pollInterval: Int32 = 100

    /// - Parameter descriptor: is not closed here.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
        isOwned = false
    }

    /// - Parameter descriptor: is closed once the sink is let go.
    init(owning descriptor: Int32) {
        self.descriptor = descriptor
        isOwned = true
    }

    deinit {
        if isOwned { _ = DescriptorSink.close(descriptor) }
    }

    package static func standardOutput() -> DescriptorSink { DescriptorSink(descriptor: 1) }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(RestoreError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest)
            let (written, number) = Self.write(descriptor, piece)
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if number == EAGAIN || number == EWOULDBLOCK {
                // The pipe does not block: wait until it takes more.
                guard !Task.isCancelled else {
                    throw RestoreError(.cannotWrite, "the reader of the output took no more before it was stopped")
                }
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&request, 1, Self.pollInterval)
            } else if number != EINTR {
                throw Self.error(number)
            }
        }
    }

    package func finish() {}

    package func abandon() {}

    // Apart, since the method's name hides the C function's, and so that errno is read at once.
    private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> (Int, Int32) {
        #if canImport(Glibc)
        let written = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
        let written = Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
        let written = Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
        return (written, errno)
    }

    private static func close(_ descriptor: Int32) -> Int32 {
        #if canImport(Glibc)
        Glibc.close(descriptor)
        #elseif canImport(Musl)
        Musl.close(descriptor)
        #else
        Darwin.close(descriptor)
        #endif
    }

    private static func error(_ number: Int32) -> RestoreError {
        if number == EPIPE { return RestoreError(.outputClosed, "the reader of the output closed it") }
        return RestoreError(.cannotWrite, "cannot write the output: \(String(cString: strerror(number)))")
    }
}
