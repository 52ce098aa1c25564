/// Writes JSON texts.
enum JSONWriting {
    /// Appends `utf8` as a quoted text: quotes, backslashes and control characters escaped, all else as it is.
    static func appendText(_ utf8: some Sequence<UInt8>, to output: inout [UInt8]) {
        output.append(Byte.quote)
        for byte in utf8 {
            switch byte {
            case Byte.quote, Byte.backslash: output += [Byte.backslash, byte]
            case Byte.lineFeed: output += Array("\\n".utf8)
            case Byte.carriageReturn: output += Array("\\r".utf8)
            case Byte.tab: output += Array("\\t".utf8)
            case 0..<0x20: output += Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: output.append(byte)
            }
        }
        output.append(Byte.quote)
    }

    /// `text` as a quoted JSON text.
    static func quoted(_ text: String) -> String {
        var output: [UInt8] = []
        appendText(text.utf8, to: &output)
        return String(decoding: output, as: UTF8.self)
    }
}
