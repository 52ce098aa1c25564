import Archive
import Foundation
import Records
package import Snapshots
import StorageTime

extension CaptureOutcome {
    /// The status of this task: what is not whole outweighs why it ended.
    package var verdict: ExitStatus {
        let ended = error.map { Problem($0).statusOfNamedTask } ?? .done
        return isWhole ? ended : ended.combined(with: .dataDamaged)
    }

    package var json: OrderedJSON {
        let problem = error.map { Problem($0) }
        return .object([
            "task": .text(task.text), "source": .text(source.rawValue), "result": .text(result.rawValue),
            "captures": .integer(captures), "rows": .integer(rows), "bytes": .integer(bytes),
            "requests": .integer(requests), "captured_at": .text(capturedAt?.formatted(.iso8601)),
            "path": .text(path), "proof": .text(proof?.rawValue), "left": left.map { .integer($0) } ?? .null,
            "arrived": .integer(arrived), "lost": .integer(lost), "kept": .integer(kept),
            "perhaps_lost": .integer(perhapsLost),
            "kept_files": .array(keptFiles.map { .text($0) }), "code": .text(problem?.code),
            "message": .text(problem?.message),
        ])
    }
}
