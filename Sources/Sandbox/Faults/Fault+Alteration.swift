import NIOCore

extension Fault {
    /// Has the rows answered depart from what was asked for.
    func alter(_ query: inout DataQuery, _ shape: inout PageShape) {
        switch kind {
        case .pageRepeated: query.index = max(1, query.index - 1)
        case .pageIndexIgnored: query.index = 1
        case .intervalIgnored:
            if text != "to" { query.from = StoredTime(milliseconds: .min) }
            if text != "from" { query.to = StoredTime(milliseconds: .max) }
        case .edgesLeftOut: shape.leavesEdgesOut = true
        case .shortPage: shape.droppedRows = quantity
        case .pageSizeCapped: query.size = min(query.size, quantity)
        case .rowsReordered: shape.reordersRows = true
        case .wrongCurrentTotal: shape.currentTotalExcess = quantity
        case .totalOfTask: shape.totalIsOfTask = true
        case .totalTooLarge, .totalGrowing: shape.totalExcess = quantity
        case .totalShrinking: shape.totalExcess = -quantity
        case .totalsAsText: shape.totalsAsText = true
        case .keysReordered: shape.keysReordered = true
        default: break
        }
    }

    /// Whether the fault is in how the body is written, which a compressed body would hide.
    var editsBody: Bool {
        switch kind {
        case .malformedJSON, .prettyPrinted, .byteOrderMark, .spacesBomb, .nestingBomb: true
        default: false
        }
    }

    /// Has the body written otherwise than it is.
    func edit(_ body: inout ByteBuffer) {
        switch kind {
        case .malformedJSON: body.moveWriterIndex(to: body.readerIndex + body.readableBytes / 2)
        case .byteOrderMark: body = ByteBuffer(bytes: Byte.orderMark + Array(body.readableBytesView))
        case .prettyPrinted: body = ByteBuffer(bytes: Self.spread(body.readableBytesView))
        case .nestingBomb: Self.nest(quantity, in: &body)
        default: break
        }
    }

    /// Puts a field that the API does not have, so many arrays deep, before the fields of an object.
    private static func nest(_ depth: Int, in body: inout ByteBuffer) {
        guard body.readableBytesView.first == Byte.openBrace else { return }
        var nested = ByteBufferAllocator().buffer(capacity: body.readableBytes + 2 * depth + 16)
        nested.writeString(#"{"nesting":"#)
        nested.writeRepeatingByte(Byte.openBracket, count: depth)
        nested.writeRepeatingByte(Byte.closeBracket, count: depth)
        nested.writeString(",")
        nested.writeBytes(body.readableBytesView.dropFirst())
        body = nested
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
