import Foundation
import HTTPTypes

/// An answer as it came over the socket, byte by byte, and how it ended.
struct RawAnswer: Sendable {
    enum Ending: Sendable, Equatable {
        /// The server closed the connection as if all were well.
        case closed
        case reset
        /// The client had read as much as it wanted.
        case enough
        case error(Int32)
    }

    var bytes: [UInt8] = []
    var ending = Ending.closed

    private var headEnd: Range<Int>? { bytes.firstRange(of: Array("\r\n\r\n".utf8)) }

    var status: Int? { head.first.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } }

    /// The lines of the head.
    var head: [String] {
        guard let headEnd else { return [] }
        return String(decoding: bytes[..<headEnd.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    }

    var body: [UInt8] { headEnd.map { Array(bytes[$0.upperBound...]) } ?? [] }

    /// The value of a header, nil where there is none; two of one name are joined by a comma.
    subscript(header: String) -> String? {
        let lines = head.dropFirst().filter { $0.lowercased().hasPrefix(header.lowercased() + ":") }
        guard !lines.isEmpty else { return nil }
        return lines.map { $0.dropFirst(header.count + 1).trimmingCharacters(in: .whitespaces) }.joined(separator: ", ")
    }
}

extension Visitor {
    /// Asks over a socket of its own and reads until the connection ends, or until so many bytes have come.
    ///
    /// - Parameters:
    ///   - closes: whether the server is asked to close; without, only its own will ends the connection.
    ///   - whileOpen: runs once enough was read, the connection still open.
    ///   - onFirstBytes: called once something was read.
    func raw(
        _ target: String, closes: Bool = false, upTo limit: Int = .max, host: String? = nil, headers: [String] = [],
        whileOpen: (@Sendable () async -> Void)? = nil, onFirstBytes: (@Sendable () -> Void)? = nil
    ) async -> RawAnswer {
        var lines = ["GET \(target) HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")"] + headers
        if let token { lines.append("Authorization: bearer \(token)") }
        if closes { lines.append("Connection: close") }
        let request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        let (answer, socket) = await RawSocket.exchange(request, port: port, limit: limit, onFirstBytes)
        if answer.ending == .enough { await whileOpen?() }
        close(socket)
        return answer
    }
}

private enum RawSocket {
    /// On a thread of its own, since it blocks.
    static func exchange(
        _ request: [UInt8], port: Int, limit: Int, _ onFirstBytes: (@Sendable () -> Void)?
    ) async -> (RawAnswer, Int32) {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let socket = open(port: port)
                _ = request.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                continuation.resume(returning: (read(socket, limit: limit, onFirstBytes), socket))
            }
        }
    }

    private static func open(port: Int) -> Int32 {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return socket
    }

    private static func read(_ socket: Int32, limit: Int, _ onFirstBytes: (@Sendable () -> Void)?) -> RawAnswer {
        var answer = RawAnswer()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while answer.bytes.count < limit {
            let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            switch count {
            case 0: return answer
            case ..<0:
                answer.ending = errno == ECONNRESET ? .reset : .error(errno)
                return answer
            default:
                if answer.bytes.isEmpty { onFirstBytes?() }
                answer.bytes += buffer[..<count]
            }
        }
        answer.ending = .enough
        return answer
    }
}
