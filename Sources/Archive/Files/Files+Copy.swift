extension Files {
    /// Copies a file and returns once its bytes are on the device. The name itself is not yet.
    ///
    /// - Parameters:
    ///   - other: made anew; what was there is removed first.
    ///   - source: the files that `path` is one of; nil for these.
    /// - Returns: how many bytes were copied, and their SHA-256 as 64 hex digits.
    /// - Throws: ``ArchiveError/Code/notFound``, ``ArchiveError/Code/cannotRead``, ``ArchiveError/Code/cannotWrite``.
    /// - Complexity: O(*n*) in bytes; memory for a megabyte.
    @discardableResult
    package func copy(
        _ path: String, to other: String, from source: (any Files)? = nil
    ) throws(ArchiveError) -> (bytes: Int, sha256: String) {
        let reader = try (source ?? self).open(path)
        let writer = try create(other)
        var hash = SHA256()
        var offset = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try reader.fill(&buffer, at: offset)
            guard count > 0 else { break }
            let bytes = count == buffer.count ? buffer : Array(buffer[..<count])
            hash.update(bytes)
            try writer.write(all: bytes)
            offset += count
        }
        try writer.synchronize()
        try writer.close()
        return (offset, hash.finalized().hex)
    }

    /// A file's size and its SHA-256 as 64 hex digits.
    ///
    /// - Throws: ``ArchiveError/Code/notFound``, ``ArchiveError/Code/cannotRead``.
    /// - Complexity: O(*n*) in bytes; memory for a megabyte.
    package func sha256(of path: String) throws(ArchiveError) -> (bytes: Int, sha256: String) {
        let reader = try open(path)
        var hash = SHA256()
        var offset = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try reader.fill(&buffer, at: offset)
            guard count > 0 else { break }
            hash.update(count == buffer.count ? buffer : Array(buffer[..<count]))
            offset += count
        }
        return (offset, hash.finalized().hex)
    }
}

extension FileReader {
    fileprivate func fill(_ buffer: inout [UInt8], at offset: Int) throws(ArchiveError) -> Int {
        var count = 0
        var failure: ArchiveError?
        buffer.withUnsafeMutableBytes { bytes in
            do throws(ArchiveError) { count = try read(at: offset, into: bytes) } catch { failure = error }
        }
        if let failure { throw failure }
        return count
    }
}
