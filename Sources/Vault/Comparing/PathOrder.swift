/// The order of manifests' paths: folder by folder, names by their bytes.
///
/// It is the order in which folders are listed. Plain text order is another one, since `-` and `.` come before `/`.
enum PathOrder {
    static func isAscending(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8) { rank($0) < rank($1) }
    }

    /// A path holds no zero byte.
    private static func rank(_ byte: UInt8) -> UInt8 { byte == UInt8(ascii: "/") ? 0 : byte }
}
