import Archive

extension RunSummary {
    /// What a run came to that captured sources without windows: its captures count as sealed, and those that had
    /// nothing new as counted.
    package init(_ captures: [CaptureOutcome]) {
        self.init()
        for capture in captures {
            sealed += capture.captures
            rows += capture.captures > 0 ? capture.rows : 0
            bytes += capture.bytes
            switch capture.result {
            case .unchanged: counted += 1
            case .stopped: isCutShort = true
            case .captured, .drained, .failed: break
            }
            if let error = capture.error {
                failed.append(.init(task: capture.task.text, window: nil, error: error))
            } else if !capture.isWhole {
                failed.append(.init(task: capture.task.text, window: nil, error: Self.lost(capture)))
            }
        }
    }

    private static func lost(_ capture: CaptureOutcome) -> SnapshotError {
        var parts: [String] = []
        if capture.lost > 0 { parts.append("\(capture.lost) unexported rows left the server and did not arrive") }
        if capture.perhapsLost > 0 { parts.append("up to \(capture.perhapsLost) more may be lost") }
        if !capture.keptFiles.isEmpty { parts.append("\(capture.keptFiles.count) answers are kept in lost+found") }
        return SnapshotError(
            .rowsLost, "task \(capture.task): " + parts.joined(separator: "; "),
            hint: "take `source: all` to have what the cloud still holds of them")
    }
}
