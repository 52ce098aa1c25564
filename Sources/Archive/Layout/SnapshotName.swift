package import Foundation
package import StorageTime

/// What a snapshot is of: a window of storage time, or everything there was at one moment (a capture).
package enum SnapshotName: Sendable, Hashable {
    case window(Window)
    /// Captures of one second are told apart by `sequence`, from 1.
    case capture(at: Date, sequence: Int)

    /// What the names of the snapshot's files begin with: `20130101T000000_20130102T000000`, `20261123T101500Z-1`.
    package var stem: String {
        switch self {
        case .window(let window): "\(window.from.compact)_\(window.to.compact)"
        case .capture(let date, let sequence): "\(UTCTime.compact(date))-\(sequence)"
        }
    }

    /// The day that names its folder: the storage date of a window's start, the UTC date of a capture.
    package var date: String {
        switch self {
        case .window(let window): window.from.dateText
        case .capture(let date, _): UTCTime.dateText(date)
        }
    }

    package var window: Window? {
        if case .window(let window) = self { window } else { nil }
    }

    /// Reads a ``stem``; nil for any other text.
    package init?(stem: String) {
        self.init(stem: Array(stem.utf8)[...])
    }

    /// The same of UTF-8: a vault's folders hold millions of names.
    init?(stem: ArraySlice<UInt8>) {
        if let middle = stem.firstIndex(of: UInt8(ascii: "_")) {
            guard let from = StorageInstant(compact: stem[..<middle]),
                let to = StorageInstant(compact: stem[(middle + 1)...]), let window = try? Window(from: from, to: to)
            else { return nil }
            self = .window(window)
        } else {
            let halves = stem.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            guard halves.count == 2, let date = UTCTime.parse(compact: String(decoding: halves[0], as: UTF8.self)),
                let sequence = Ordinal.parse(halves[1])
            else { return nil }
            self = .capture(at: date, sequence: sequence)
        }
    }

    /// The manifest: `_<stem>.manifest.json`. Readers of partitioned folders skip the underscore.
    package var manifestName: String { "_\(stem).manifest.json" }

    /// The archive of one revision: `<stem>.r<revision>.ndjson.gz`.
    package func archiveName(revision: Int) -> String { "\(stem).r\(revision).ndjson.gz" }
}

extension SnapshotName: Comparable {
    /// By window or moment; windows before captures.
    package static func < (left: SnapshotName, right: SnapshotName) -> Bool {
        switch (left, right) {
        case (.window(let left), .window(let right)): left < right
        case (.capture(let left, let first), .capture(let right, let second)): (left, first) < (right, second)
        case (.window, .capture): true
        case (.capture, .window): false
        }
    }
}

/// Whole numbers from 1, as names carry them: no sign, no leading zero.
enum Ordinal {
    static func parse(_ text: ArraySlice<UInt8>) -> Int? {
        guard let first = text.first, first != UInt8(ascii: "0"), text.count <= 18 else { return nil }
        var number = 0
        for digit in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
