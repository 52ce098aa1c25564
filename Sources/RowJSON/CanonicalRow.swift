/// A row written in one way only, so that rows alike in value are alike in bytes.
package enum CanonicalRow {
    /// Appends the canonical form of `row`: keys in the order of their UTF-8 bytes, at every depth; strings decoded and
    /// written one way; numbers by their text (`1.0` is not `1`); of a repeated key the last value. Lone surrogates stay
    /// apart from each other.
    ///
    /// - Throws: ``RowJSONError`` where `row` is no sound JSON object of at most 64 levels; `output` is then unchanged.
    /// - Complexity: O(*n* log *n*) in the number of keys.
    package static func append(_ row: UnsafeRawBufferPointer, to output: inout [UInt8]) throws {
        let length = output.count
        do {
            try appendObject(row, to: &output)
        } catch {
            output.removeLast(output.count - length)
            throw error
        }
    }

    // Recursion goes no deeper than the scanner's limit: the outermost call has checked the whole row.
    private static func appendObject(_ object: UnsafeRawBufferPointer, to output: inout [UInt8]) throws {
        var fields: [(key: [UInt8], value: UnsafeRawBufferPointer, kind: RowField.Kind)] = []
        try RowFields.forEach(in: object) { field in
            var key: [UInt8] = []
            appendString(field.key, to: &key)
            fields.append((key, field.value, field.kind))
        }
        let order = fields.indices.sorted {
            fields[$0].key == fields[$1].key ? $0 < $1 : fields[$0].key.lexicographicallyPrecedes(fields[$1].key)
        }
        output.append(Byte.openBrace)
        var isFirst = true
        for (place, index) in order.enumerated() {
            let field = fields[index]
            if place + 1 < order.count, fields[order[place + 1]].key == field.key { continue }
            if !isFirst { output.append(Byte.comma) }
            isFirst = false
            output += field.key
            output.append(Byte.colon)
            try appendValue(field.value, field.kind, to: &output)
        }
        output.append(Byte.closeBrace)
    }

    private static func appendValue(
        _ value: UnsafeRawBufferPointer, _ kind: RowField.Kind, to output: inout [UInt8]
    ) throws {
        switch kind {
        case .object: try appendObject(value, to: &output)
        case .array: try appendArray(value, to: &output)
        case .string: appendString(UnsafeRawBufferPointer(rebasing: value[1..<(value.count - 1)]), to: &output)
        case .number, .boolean, .null: output.append(contentsOf: value)
        }
    }

    private static func appendArray(_ array: UnsafeRawBufferPointer, to output: inout [UInt8]) throws {
        var scanner = try JSONScanner(array, nesting: 64)
        try scanner.open()
        output.append(Byte.openBracket)
        var isOpen = try !scanner.skipEmptyContainer(isObject: false)
        while isOpen {
            let first = scanner.position
            try scanner.skipValue()
            try appendValue(scanner.text(from: first), RowField.Kind(firstByte: first.pointee), to: &output)
            isOpen = try scanner.skipSeparator(isObject: false)
            if isOpen { output.append(Byte.comma) }
        }
        output.append(Byte.closeBracket)
    }

    private static func appendString(_ raw: UnsafeRawBufferPointer, to output: inout [UInt8]) {
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
