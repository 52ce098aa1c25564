import NIOCore

extension Fault {
    /// Has the rows answered depart from what was asked for.
    func bend(_ query: inout DataQuery, _ shape: inout PageShape) {
        switch kind {
        case .pageRepeated: query.index = max(1, query.index - 1)
        case .pageIndexIgnored: query.index = 1
        case .intervalIgnored: shape.ignoresInterval = true
        case .edgesLeftOut: shape.leavesEdgesOut = true
        case .shortPage: shape.dropsLastRow = true
        case .wrongCurrentTotal: shape.currentTotalExcess = 1
        case .totalOfTask: shape.totalIsOfTask = true
        case .totalTooLarge: shape.totalExcess = 1
        case .totalsAsText: shape.totalsAsText = true
        case .keysReordered: shape.keysReordered = true
        default: break
        }
    }

    /// Whether the fault is in how the body is written, which a compressed body would hide.
    var editsBody: Bool {
        kind == .malformedJSON || kind == .prettyPrinted || kind == .byteOrderMark
    }

    /// Has the body written otherwise than it is.
    func edit(_ body: inout ByteBuffer) {
        switch kind {
        case .malformedJSON: body.moveWriterIndex(to: body.readerIndex + body.readableBytes / 2)
        case .byteOrderMark: body = ByteBuffer(bytes: Byte.orderMark + Array(body.readableBytesView))
        case .prettyPrinted: body = ByteBuffer(bytes: Self.spread(body.readableBytesView))
        default: break
        }
    }

    /// Puts a line break and some space around every mark that is not inside a text.
    private static func spread(_ json: some Sequence<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var isText = false
        var isEscaped = false
        for byte in json {
            output.append(byte)
            if isText {
                isText = isEscaped || byte != Byte.quote
                isEscaped = !isEscaped && byte == Byte.backslash
                continue
            }
            switch byte {
            case Byte.quote: isText = true
            case Byte.openBrace, Byte.openBracket, Byte.comma, Byte.closeBrace, Byte.closeBracket:
                output += [Byte.carriageReturn, Byte.lineFeed, Byte.tab]
            case Byte.colon: output += [Byte.space, Byte.space]
            default: break
            }
        }
        return output
    }
}
