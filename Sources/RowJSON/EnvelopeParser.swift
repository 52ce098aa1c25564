/// Reads an ``Envelope`` in one pass.
struct EnvelopeParser {
    var scanner: JSONScanner
    var envelope = Envelope()
    /// The `message` inside an `error` object.
    private var errorMessage: String?
    private let mostRows: Int

    init(scanner: JSONScanner, mostRows: Int) {
        self.scanner = scanner
        self.mostRows = mostRows
    }

    mutating func parse() throws(RowJSONError) -> Envelope {
        try skipByteOrderMark()
        scanner.skipWhite()
        guard !scanner.isAtEnd, scanner.position.pointee == Byte.openBrace else {
            throw scanner.unexpected("an object")
        }
        try scanner.open()
        var isFirst = true
        while let key = try scanner.nextKey(&isFirst) {
            switch JSONText.string(key).lowercasedASCII {
            case "data": try readData()
            case "error": try readError()
            case "error_description": envelope.errorDescription = try readText()
            case "message": envelope.message = try readText()
            default: try scanner.skipValue()
            }
        }
        scanner.depth -= 1
        try scanner.expectEnd()
        envelope.errorDescription = envelope.errorDescription ?? errorMessage
        return envelope
    }

    private mutating func skipByteOrderMark() throws(RowJSONError) {
        guard scanner.position.pointee == 0xEF else { return }
        for byte: UInt8 in [0xEF, 0xBB, 0xBF] { try scanner.expect(byte, "a byte order mark") }
    }

    private mutating func readData() throws(RowJSONError) {
        envelope.total = nil
        envelope.currentTotal = nil
        envelope.restTotal = nil
        envelope.offset = nil
        envelope.rows = nil
        envelope.repaired = 0
        guard !scanner.isAtEnd else { throw scanner.unexpected("a value") }
        switch scanner.position.pointee {
        case Byte.openBracket: try readRows()
        case Byte.openBrace: try readDataObject()
        default: try scanner.skipValue()
        }
    }

    private mutating func readDataObject() throws(RowJSONError) {
        try scanner.open()
        var isFirst = true
        while let key = try scanner.nextKey(&isFirst) {
            switch JSONText.string(key) {
            case "total": envelope.total = try readCount()
            case "currentTotal", "current": envelope.currentTotal = try readCount()
            case "restTotal": envelope.restTotal = try readCount()
            case "offset": envelope.offset = try readText()
            case "dataList", "data": try readList()
            default: try scanner.skipValue()
            }
        }
        scanner.depth -= 1
    }

    private mutating func readList() throws(RowJSONError) {
        envelope.rows = nil
        envelope.repaired = 0
        if try kind() == .null { return try scanner.skipValue() }
        guard try kind() == .array else { throw scanner.unexpected("a list of rows or null") }
        try readRows()
    }

    private mutating func kind() throws(RowJSONError) -> RowField.Kind {
        guard !scanner.isAtEnd else { throw scanner.unexpected("a value") }
        return RowField.Kind(firstByte: scanner.position.pointee)
    }
}

extension EnvelopeParser {
    private mutating func readRows() throws(RowJSONError) {
        var rows = RowBlock()
        var repaired = 0
        var layout = RowLayout()
        try scanner.open()
        var isOpen = try !scanner.skipEmptyContainer(isObject: false)
        if isOpen { rows.reserve(rows: 0, bytes: scanner.end - scanner.position) }
        // What bounds the envelope does not bound its rows: one that is nested deep must not stop the others.
        let nesting = scanner.nesting
        while isOpen {
            guard !scanner.isAtEnd else { throw scanner.unexpected("a row") }
            guard rows.count < mostRows else {
                throw RowJSONError(
                    .tooManyRows, at: scanner.offset, "byte \(scanner.offset): the list has more than \(mostRows) rows")
            }
            guard scanner.position.pointee == Byte.openBrace else {
                throw RowJSONError(
                    .notAnObject, at: scanner.offset, "byte \(scanner.offset): row \(rows.count + 1) is no object")
            }
            scanner.sawWhite = false
            scanner.sawControl = false
            let first = scanner.position
            scanner.nesting = .max
            try layout.skipRow(&scanner)
            scanner.nesting = nesting
            if scanner.sawWhite || scanner.sawControl {
                rows.append(compacting: scanner.text(from: first))
                if scanner.sawControl { repaired += 1 }
            } else {
                rows.append(row: scanner.text(from: first))
            }
            isOpen = try scanner.skipSeparator(isObject: false)
        }
        scanner.depth -= 1
        rows.commonColumns = layout.names
        envelope.rows = rows
        envelope.repaired = repaired
    }

    /// A whole number, as a number or a text; nil for null.
    private mutating func readCount() throws(RowJSONError) -> Int? {
        let offset = scanner.offset
        let kind = try kind()
        let text = try readText()
        guard kind != .null, let text else { return nil }
        if kind == .string || kind == .number {
            let digits = text.filter { !$0.isWhitespace }
            if let count = Int(digits) ?? Double(digits).flatMap(Int.init(exactly:)), count >= 0 { return count }
        }
        // Whole or not at all: a reader that masks secrets would not know the piece of one.
        let shown = text.utf8.count <= 40 ? text : "a text of \(text.utf8.count) bytes"
        throw RowJSONError(.malformed, at: offset, "byte \(offset): a total is a whole number, not \(shown)")
    }

    /// A string's content, another value's JSON text, or nil for null.
    private mutating func readText() throws(RowJSONError) -> String? {
        let kind = try kind()
        let first = scanner.position
        try scanner.skipValue()
        let text = scanner.text(from: first)
        switch kind {
        case .null: return nil
        case .string: return JSONText.string(UnsafeRawBufferPointer(rebasing: text[1..<(text.count - 1)]))
        default: return String(decoding: text, as: UTF8.self)
        }
    }

    private mutating func readError() throws(RowJSONError) {
        errorMessage = nil
        envelope.isErrorObject = false
        guard try kind() == .object else {
            envelope.error = try readText()
            return
        }
        envelope.error = nil
        envelope.isErrorObject = true
        try scanner.open()
        var isFirst = true
        while let key = try scanner.nextKey(&isFirst) {
            switch JSONText.string(key) {
            case "code": envelope.error = try readText()
            case "message": errorMessage = try readText()
            default: try scanner.skipValue()
            }
        }
        scanner.depth -= 1
    }
}

extension String {
    /// The text with A to Z in lower case, and nothing else changed.
    var lowercasedASCII: String {
        String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
    }
}
