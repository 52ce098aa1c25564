/// Numbers names by their UTF-8 bytes, and finds the number of a row's key fast where keys come in the usual order.
///
/// Names that Unicode holds to be equivalent but that differ in bytes are different names. Keys that are no text are
/// told apart where they were inserted as such; else they go by their text with U+FFFD.
@usableFromInline
package struct KeyIndex: Sendable {
    @usableFromInline package private(set) var names: [String] = []
    /// Each key as `"name":`, one after the other, as it stands in a row that escapes nothing needlessly.
    @usableFromInline package private(set) var tokens: [UInt8] = []
    /// Where each token starts, and where the last one ends.
    @usableFromInline package private(set) var starts: [Int] = [0]
    /// Numbers plus one, by hash; 0 is free. The size is a power of two, at least twice the count.
    private var slots: [Int32] = Array(repeating: 0, count: 16)
    /// What each name's key is known by; see ``ColumnKey/code``.
    private var codes: [[UInt8]] = []
    /// The numbers of keys that are no text.
    private var unsound: Set<Int> = []

    package init() {}

    @inlinable
    package var count: Int { names.count }

    /// Where the key of that number comes next, as its token, steps over it and over white space after it.
    @inline(__always) @inlinable
    package func skipToken(_ number: Int, in scanner: inout JSONScanner) -> Bool {
        let first = starts[number]
        let length = starts[number + 1] - first
        guard scanner.end - scanner.position >= length else { return false }
        let position = scanner.position
        let isNext = tokens.withUnsafeBytes { bytes in
            bytes.baseAddress.map { Word.areEqual($0.assumingMemoryBound(to: UInt8.self) + first, position, length) }
                ?? false
        }
        guard isNext else { return false }
        scanner.position += length
        scanner.skipWhite()
        return true
    }

    /// Calls `body` with a key as `"name":`.
    @inlinable
    package func withToken<Result>(_ number: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        tokens.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[starts[number]..<starts[number + 1]])) }
    }

    /// The number of a name, or nil.
    package func number(of key: UnsafeRawBufferPointer) -> Int? {
        let number = slots[slot(of: key)]
        return number == 0 ? nil : Int(number) - 1
    }

    /// The number of a key as it stands in a row: by its bytes or, where it has escapes or is no UTF-8, by its meaning.
    package func number(ofRaw key: UnsafeRawBufferPointer, hasEscapes: Bool) -> Int? {
        if !hasEscapes, let number = number(of: key), !unsound.contains(number) { return number }
        if !unsound.isEmpty {
            return JSONText.code(of: key).withUnsafeBytes { number(of: $0) }
        }
        var name = JSONText.string(key)
        return name.withUTF8 { number(of: UnsafeRawBufferPointer($0)) }
    }

    /// Whether the key of that number is no text.
    package func isUnsound(_ number: Int) -> Bool { unsound.contains(number) }

    /// Whether any key is no text.
    package var hasUnsound: Bool { !unsound.isEmpty }

    /// Adds a name where it is new. Returns its number.
    @discardableResult
    package mutating func insert(_ name: String) -> Int { insert(ColumnKey(name)) }

    /// Adds a key where it is new. Returns its number.
    @discardableResult
    package mutating func insert(_ key: ColumnKey) -> Int {
        let code = key.code
        var place = code.withUnsafeBytes { slot(of: $0) }
        if slots[place] != 0 { return Int(slots[place]) - 1 }
        if (names.count + 1) * 2 > slots.count {
            grow()
            place = code.withUnsafeBytes { slot(of: $0) }
        }
        names.append(key.name)
        codes.append(code)
        slots[place] = Int32(names.count)
        if let raw = key.raw {
            unsound.insert(names.count - 1)
            tokens += [Byte.quote] + raw + [Byte.quote]
        } else {
            JSONText.appendQuoted(key.name, to: &tokens)
        }
        tokens.append(Byte.colon)
        starts.append(tokens.count)
        return names.count - 1
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for (number, code) in codes.enumerated() {
            slots[code.withUnsafeBytes { slot(of: $0) }] = Int32(number + 1)
        }
    }

    /// The slot that holds the name or, where there is none, the free one that it would take.
    private func slot(of key: UnsafeRawBufferPointer) -> Int {
        // Seeded anew in each process, so that a server cannot choose names that collide.
        var hasher = Hasher()
        hasher.combine(bytes: key)
        var place = hasher.finalize() & (slots.count - 1)
        while slots[place] != 0, !isEqual(codes[Int(slots[place]) - 1], key) {
            place = (place + 1) & (slots.count - 1)
        }
        return place
    }

    private func isEqual(_ name: [UInt8], _ key: UnsafeRawBufferPointer) -> Bool {
        name.count == key.count && name.withUnsafeBytes { $0.elementsEqual(key) }
    }
}
