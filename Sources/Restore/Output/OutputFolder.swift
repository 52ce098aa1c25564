package import Archive

/// A folder of files, one for each task and, where rows are split, for each day or month.
package struct OutputFolder: Sendable {
    package let path: String
    private let files: any Files

    /// Makes the folder, and those above it, where they are missing.
    ///
    /// - Throws: ``RestoreError/Code/cannotWrite``.
    package init(path: String, files: any Files = DiskFiles()) throws(RestoreError) {
        var name = path[...]
        while name.utf8.count > 1, name.utf8.last == UInt8(ascii: "/") { name.removeLast() }
        self.path = String(name)
        self.files = files
        do throws(ArchiveError) {
            try files.makeFolders(self.path)
        } catch {
            throw RestoreError(writing: error)
        }
    }

    /// The file of a task's rows, or of a share of them: `TASK.csv`, `TASK_2013-01-01.csv.gz`.
    ///
    /// An id that is no plain name is written as the vault writes it, so that no file leaves the folder.
    package func path(task: TaskID, share: String? = nil, _ options: RestoreOptions) -> String {
        let name = share.map { "\(task.folderName)_\($0)" } ?? task.folderName
        return PathText.join(path, name + options.format.ending + (options.gzip ? ".gz" : ""))
    }

    /// Opens the file of a share of a task's rows.
    ///
    /// - Throws: ``RestoreError/Code/cannotWrite``.
    package func open(
        task: TaskID, _ share: RestorePlan.Share, _ options: RestoreOptions
    ) throws(RestoreError) -> any RowSink {
        try FileSink(path: path(task: task, share: share.name, options), files: files)
    }
}
