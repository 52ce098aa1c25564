/// Strings that are no text, told apart.
extension JSONText {
    /// The bytes that stand for what a string holds, and for nothing else: its text as UTF-8, wherein 0xFE comes before
    /// the two bytes of half a surrogate pair, and 0xFF before each byte that is no UTF-8. Neither begins anything in
    /// UTF-8.
    ///
    /// - Parameter raw: the bytes between the quotes.
    package static func code(of raw: UnsafeRawBufferPointer) -> [UInt8] {
        var code: [UInt8] = []
        forEachPiece(of: raw) { piece in
            switch piece {
            case .text(let bytes): code += bytes
            case .loneSurrogate(let unit): code += [0xFE, UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit)]
            case .invalid(let bytes): for byte in bytes { code += [0xFF, byte] }
            }
        }
        return code
    }

    enum Piece {
        case text([UInt8])
        case loneSurrogate(UInt16)
        /// Bytes that one U+FFFD stands for.
        case invalid([UInt8])
    }

    static func forEachPiece(of raw: UnsafeRawBufferPointer, _ body: (Piece) -> Void) {
        StringUnits.forEach(in: raw) { unit in
            switch unit {
            case .bytes(let run):
                UTF8Text.forEach(in: run) { bytes, isSound in
                    body(isSound ? .text(Array(bytes)) : .invalid(Array(bytes)))
                }
            case .scalar(let scalar): body(.text(Array(String(scalar).utf8)))
            case .loneSurrogate(let unit): body(.loneSurrogate(unit))
            }
        }
    }
}
