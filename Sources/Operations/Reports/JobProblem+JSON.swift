package import Jobs

extension JobProblem {
    package var json: OrderedJSON {
        .object([
            "file": .text(file), "line": line.map { .integer($0) } ?? .null,
            "column": column.map { .integer($0) } ?? .null, "key": .text(key), "code": .text(code.rawValue),
            "message": .text(message), "expected": .text(expected), "hint": .text(hint),
        ])
    }
}
