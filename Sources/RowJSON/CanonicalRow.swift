/// A row written in one way only, so that rows alike in value are alike in bytes.
package enum CanonicalRow {
    /// The most objects, the row's own included, whose keys are put in order.
    static let mostObjects = 100_000

    /// Appends the canonical form of `row`: keys in the order of their UTF-8 bytes, at every depth; strings decoded and
    /// written one way; numbers by their text (`1.0` is not `1`); of a repeated key the last value. Lone surrogates
    /// stay apart from each other, and so do bytes that are no UTF-8.
    ///
    /// Nothing here recurses, so that a row may be nested as deep as it likes. One of more than 100,000 objects is
    /// appended as it stands: it is alike to the same bytes only.
    ///
    /// - Throws: ``RowJSONError`` where `row` is no sound JSON object; `output` is then unchanged.
    /// - Complexity: O(*n* log *n*) in the number of keys.
    package static func append(_ row: UnsafeRawBufferPointer, to output: inout [UInt8]) throws {
        try append(row, mostObjects: mostObjects, to: &output)
    }

    static func append(_ row: UnsafeRawBufferPointer, mostObjects: Int, to output: inout [UInt8]) throws {
        var index = ObjectIndex(mostObjects: mostObjects)
        try index.read(row)
        guard !index.isFull else { return output.append(contentsOf: row) }
        let length = output.count
        do {
            var writer = CanonicalWriter(row, index)
            try writer.write(to: &output)
        } catch {
            output.removeLast(output.count - length)
            throw error
        }
    }

    /// Appends a string, quotes included.
    static func appendString(_ raw: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        output.append(Byte.quote)
        StringUnits.forEach(in: raw) { unit in
            switch unit {
            case .bytes(let run): for byte in run { JSONText.appendEscaped(byte, to: &output) }
            case .scalar(let scalar): String(scalar).utf8.forEach { JSONText.appendEscaped($0, to: &output) }
            case .loneSurrogate(let unit): JSONText.appendEscaped(unit: unit, to: &output)
            }
        }
        output.append(Byte.quote)
    }
}

/// The objects of a row, each with its fields in canonical order.
private struct ObjectIndex {
    struct Field {
        /// As it is written, quotes included.
        let key: [UInt8]
        /// Where the value begins in the row.
        let value: Int
    }

    struct Object {
        let fields: [Field]
        /// Where the object ends in the row.
        let end: Int
    }

    /// By where they begin in the row.
    private(set) var objects: [Int: Object] = [:]
    private(set) var isFull = false
    private let mostObjects: Int

    init(mostObjects: Int) {
        self.mostObjects = mostObjects
    }

    /// Where the objects that are open begin, innermost last; nil for an array.
    private var open: [Int?] = []
    /// The fields read so far of the objects that are open.
    private var fields: [[Field]] = []

    mutating func read(_ row: UnsafeRawBufferPointer) throws(RowJSONError) {
        var scanner = try JSONScanner(row)
        scanner.skipWhite()
        guard !scanner.isAtEnd, scanner.position.pointee == Byte.openBrace else {
            throw RowJSONError(.notAnObject, at: scanner.offset, "byte \(scanner.offset): the row is no object")
        }
        repeat { try step(&scanner) } while !open.isEmpty && !isFull
        if isFull {
            scanner = try JSONScanner(row)
            scanner.skipWhite()
            try scanner.skipValue()
        }
        try scanner.expectEnd()
    }

    /// Reads up to the next value, past the ends of what ends here.
    private mutating func step(_ scanner: inout JSONScanner) throws(RowJSONError) {
        let start = scanner.offset
        let opened = try scanner.skipScalarOrOpen()
        if opened != 0 {
            let isObject = opened == Byte.openBrace
            open.append(isObject ? start : nil)
            if isObject { fields.append([]) }
            if try !scanner.skipEmptyContainer(isObject: isObject) {
                if isObject { try readKey(&scanner) }
                return
            }
            close(scanner.offset)
        }
        while let last = open.last {
            if try scanner.skipSeparator(isObject: last != nil) {
                if last != nil { try readKey(&scanner) }
                return
            }
            close(scanner.offset)
        }
    }

    private mutating func readKey(_ scanner: inout JSONScanner) throws(RowJSONError) {
        var key: [UInt8] = []
        CanonicalRow.appendString(try scanner.readKey(), to: &key)
        fields[fields.count - 1].append(Field(key: key, value: scanner.offset))
    }

    private mutating func close(_ end: Int) {
        guard let start = open.removeLast(), let last = fields.popLast() else { return }
        objects[start] = Object(fields: Self.ordered(last), end: end)
        isFull = objects.count > mostObjects
    }

    /// In the order of their keys; of a repeated key the last.
    private static func ordered(_ fields: [Field]) -> [Field] {
        let order = fields.indices.sorted {
            fields[$0].key == fields[$1].key ? $0 < $1 : fields[$0].key.lexicographicallyPrecedes(fields[$1].key)
        }
        return order.enumerated().compactMap { place, index in
            place + 1 < order.count && fields[order[place + 1]].key == fields[index].key ? nil : fields[index]
        }
    }
}

/// Writes a row by its index.
private struct CanonicalWriter {
    private enum Frame {
        /// An object with the number of the field to come.
        case object(ObjectIndex.Object, next: Int)
        /// An array, of which the scanner stands behind an element.
        case array(JSONScanner, isFirst: Bool)
    }

    private let row: UnsafeRawBufferPointer
    private let index: ObjectIndex
    private var frames: [Frame] = []

    init(_ row: UnsafeRawBufferPointer, _ index: ObjectIndex) {
        self.row = row
        self.index = index
    }

    mutating func write(to output: inout [UInt8]) throws(RowJSONError) {
        var start = 0
        while start < row.count, Byte.isWhite(row[start]) { start += 1 }
        _ = try put(at: start, to: &output)
        while let frame = frames.popLast() {
            switch frame {
            case .object(let object, let next): try putField(of: object, next, to: &output)
            case .array(let scanner, let isFirst): try putElements(scanner, isFirst, to: &output)
            }
        }
    }

    private mutating func putField(
        of object: ObjectIndex.Object, _ next: Int, to output: inout [UInt8]
    ) throws(RowJSONError) {
        guard next < object.fields.count else { return output.append(Byte.closeBrace) }
        if next > 0 { output.append(Byte.comma) }
        output += object.fields[next].key
        output.append(Byte.colon)
        frames.append(.object(object, next: next + 1))
        _ = try put(at: object.fields[next].value, to: &output)
    }

    /// Writes scalars up to the next element that is none.
    private mutating func putElements(
        _ scanner: JSONScanner, _ isFirst: Bool, to output: inout [UInt8]
    ) throws(RowJSONError) {
        var scanner = scanner
        var isFirst = isFirst
        while true {
            let isOpen =
                try isFirst ? !scanner.skipEmptyContainer(isObject: false) : scanner.skipSeparator(isObject: false)
            guard isOpen else {
                output.append(Byte.closeBracket)
                // The array around this one goes on behind it.
                if case .array(var outer, _)? = frames.last {
                    outer.position = scanner.position
                    frames[frames.count - 1] = .array(outer, isFirst: false)
                }
                return
            }
            if !isFirst { output.append(Byte.comma) }
            isFirst = false
            let place = frames.count
            frames.append(.array(scanner, isFirst: false))
            if let end = try put(at: scanner.offset, to: &output) {
                scanner.position = end
                frames.removeLast(frames.count - place)
            } else {
                // An object's end is known before it is written; an array tells its own.
                if let end = index.objects[scanner.offset]?.end { scanner.position = scanner.start + end }
                frames[place] = .array(scanner, isFirst: false)
                return
            }
        }
    }

    /// Writes a scalar and tells where it ends, or begins an array or object and tells nil.
    private mutating func put(
        at offset: Int, to output: inout [UInt8]
    ) throws(RowJSONError) -> UnsafePointer<UInt8>? {
        var scanner = try JSONScanner(row)
        scanner.position += offset
        let first = scanner.position
        let opened = try scanner.skipScalarOrOpen()
        if opened == Byte.openBrace, let object = index.objects[offset] {
            output.append(Byte.openBrace)
            frames.append(.object(object, next: 0))
            return nil
        }
        if opened != 0 {
            output.append(Byte.openBracket)
            frames.append(.array(scanner, isFirst: true))
            return nil
        }
        let text = scanner.text(from: first)
        if first.pointee == Byte.quote {
            CanonicalRow.appendString(UnsafeRawBufferPointer(rebasing: text[1..<(text.count - 1)]), to: &output)
        } else {
            output.append(contentsOf: text)
        }
        return scanner.position
    }
}
