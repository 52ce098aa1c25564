package import StorageTime

extension Seconds {
    /// As a clock shows it: `0:07`, `12:34`, `1:02:03`.
    package var clock: String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let minutes = count / 60 % 60
        return count < 3600
            ? "\(minutes):\(two(count % 60))" : "\(count / 3600):\(two(minutes)):\(two(count % 60))"
    }

    /// In its two largest units: `3d 4h`, `1m 5s`, `0s`.
    package var rough: String {
        let units = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
        let first = units.firstIndex { count >= $0.1 } ?? units.count - 1
        var rest = count
        let parts = units[first...].prefix(2).compactMap { unit, seconds -> String? in
            defer { rest %= seconds }
            return rest / seconds > 0 ? "\(rest / seconds)\(unit)" : nil
        }
        return parts.isEmpty ? "0s" : parts.joined(separator: " ")
    }
}
