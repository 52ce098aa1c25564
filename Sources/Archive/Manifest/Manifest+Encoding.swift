import Foundation
import Records
import StorageTime

extension Manifest {
    /// The manifest as a file: one line of JSON and a newline. Equal manifests give equal bytes.
    package func encoded() -> [UInt8] {
        var writer = ManifestWriter()
        writer.object { writer in
            writeHead(to: &writer)
            writeCounts(to: &writer)
            writer.key("columns")
            writer.array(columns) { $0.string($1) }
            writer.field("rows_digest", rowsDigest.hex)
            writer.archive(archive)
            writer.absent(absent)
            if isEdgeOnly {
                writer.key("edge_only")
                writer.boolean(true)
            }
            writer.key("superseded")
            writer.array(superseded) { writer, archive in archive.write(to: &writer) }
            writer.key("replaces")
            writer.array(replaces) { $0.string($1) }
            writer.key("parts")
            writer.array(parts) { writer, part in part.write(to: &writer) }
            if !increments.isEmpty {
                writer.key("increments")
                writer.array(increments) { writer, increment in increment.write(to: &writer) }
            }
        }
        var bytes = writer.bytes
        bytes.removeLast()
        bytes.append(UInt8(ascii: ","))
        let checksum = SHA256.hash(bytes).hex
        bytes.append(contentsOf: "\"manifest_sha256\":\"\(checksum)\"}\n".utf8)
        return bytes
    }

    private func writeHead(to writer: inout ManifestWriter) {
        writer.field("format", Self.format)
        writer.field("tool", tool)
        writer.field("state", state.rawValue)
        writer.field("source", source.rawValue)
        writer.field("host", host)
        writer.key("task")
        writer.object { writer in
            writer.field("id", task.text)
            writer.field("name", taskName)
        }
        writer.window(window, timeZone: timeZone)
        writer.interval(convention, isAssumed: isConventionAssumed)
        if let range {
            writer.key("range")
            writer.object { writer in
                writer.field("after", range.after)
                writer.field("through", range.through)
            }
            writer.field("rest_total", range.restTotal)
            writer.field("walked_at", range.walkedAt)
            if let last = range.lastAnswer {
                writer.key("last_answer")
                writer.object { writer in
                    writer.field("after", last.after)
                    writer.field("rows", last.rows)
                    writer.key("ends_with")
                    writer.array(last.endsWith) { $0.string($1) }
                }
            }
        }
        if let lot { writer.field("lot", lot) }
        if let mark {
            writer.key("mark")
            writer.object { writer in
                writer.field("total", mark.total)
                writer.key("confirmed")
                writer.boolean(mark.isConfirmed)
            }
        }
    }

    private func writeCounts(to writer: inout ManifestWriter) {
        writer.field("proof", proof.rawValue)
        writer.field("revision", revision)
        writer.field("captured_at", capturedAt)
        writer.field("rechecked_at", recheckedAt)
        writer.field("total", total)
        writer.field("edge_rows", edgeRows)
        writer.field("kept", kept)
        writer.field("rows", rows)
        writer.field("requests", requests)
        writer.field("attempts", attempts)
    }
}

extension Manifest.Superseded {
    fileprivate func write(to writer: inout ManifestWriter) {
        writer.object { writer in
            writer.field("revision", revision)
            writer.field("captured_at", capturedAt)
            writer.field("rows", rows)
            writer.field("rows_digest", rowsDigest.hex)
            writer.archive(archive)
        }
    }
}

extension Manifest.Part {
    fileprivate func write(to writer: inout ManifestWriter) {
        writer.object { writer in
            writer.field("state", state.rawValue)
            writer.window(window, timeZone: timeZone)
            writer.interval(convention, isAssumed: isConventionAssumed)
            writer.field("proof", proof.rawValue)
            writer.field("revision", revision)
            writer.field("captured_at", capturedAt)
            writer.field("rechecked_at", recheckedAt)
            writer.field("total", total)
            writer.field("edge_rows", edgeRows)
            writer.field("kept", kept)
            writer.field("rows", rows)
            writer.field("rows_digest", rowsDigest.hex)
            writer.members(members)
            writer.absent(absent)
        }
    }
}
