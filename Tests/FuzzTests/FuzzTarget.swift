/// A property that one reader must have for any input whatever.
protocol FuzzTarget {
    /// Names the folder of kept cases, `Tests/Fixtures/fuzz/<name>`.
    static var name: String { get }
    /// Inputs that the reader takes.
    static var corpus: [[UInt8]] { get throws }
    /// Texts that mean something to the reader.
    static var words: [String] { get }
    /// Reads `input`.
    ///
    /// - Returns: whether the reader took it.
    /// - Throws: a ``Finding`` where a property does not hold, and what the reader throws that it may not.
    static func check(_ input: [UInt8]) throws -> Bool
    /// Gives a changed input what readers check first, such as a checksum.
    static func finish(_ input: [UInt8], _ mutator: inout Mutator) -> [UInt8]
}

extension FuzzTarget {
    static func finish(_ input: [UInt8], _ mutator: inout Mutator) -> [UInt8] { input }
}

/// A property that does not hold.
struct Finding: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
