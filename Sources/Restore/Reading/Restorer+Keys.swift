import Archive
import RowJSON

extension Restorer {
    /// The plan, with keys that are no text told apart.
    ///
    /// Manifests name such keys with U+FFFD, and so perhaps several by one name: then, and only then, the rows are read
    /// for their keys.
    ///
    /// - Throws: ``RestoreError``; `CancellationError`; `GzipError` where there is no memory.
    /// - Complexity: O(*n*) in the bytes of rows whose manifests list a column with U+FFFD.
    package func readingKeys(of plan: RestorePlan) throws -> RestorePlan {
        guard !plan.areKeysTold else { return plan }
        var told = plan
        told.areKeysTold = true
        guard plan.columns.contains(where: Self.isDoubtful) else { return told }
        let found = try keys(of: plan.pieces)
        told.keys = ColumnKey.toldApart(
            plan.keys.flatMap { key in
                let meant = Self.isDoubtful(key.name) ? found.filter { $0.name.utf8.elementsEqual(key.name.utf8) } : []
                return meant.isEmpty ? [key] : meant
            })
        return told
    }

    private static func isDoubtful(_ name: String) -> Bool { name.unicodeScalars.contains("\u{FFFD}") }

    private func keys(of pieces: [RestorePlan.Piece]) throws -> [ColumnKey] {
        let opener = PieceOpener(files: files)
        let decoder = try MemberDecoder()
        var columns = ColumnCollector(tellingApart: true)
        for piece in pieces {
            try Task.checkCancellation()
            guard let open = try opener.open(piece), open.manifest.columns.contains(where: Self.isDoubtful) else {
                continue
            }
            for member in open.members {
                do {
                    try open.reader.forEachPortion(ofMember: member, decoder) { rows in
                        try RowLines.forEach(in: rows) { try columns.observe($0) }
                    }
                } catch {
                    throw RestoreError.reading(error, member: member, of: open)
                }
            }
        }
        return columns.keys
    }
}
