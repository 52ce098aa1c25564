package import Records
import StorageTime

/// The folders of a vault:
///
///     vault_source=storage-time/vault_task=<id>/vault_date=2013-01-01/
///         _20130101T000000_20130102T000000.manifest.json     the commit record
///         20130101T000000_20130102T000000.r1.ndjson.gz       the archive it names
///
/// `key=value` folders are what Spark, DuckDB, Athena and Trino read as partitions; those readers skip names that begin
/// with an underscore or a dot.
package struct ArchiveLayout: Sendable, Hashable {
    /// The vault's own folder.
    package let root: String

    package init(root: String) {
        self.root = root
    }

    /// The path of a file or folder named relative to the vault.
    package func path(_ relative: String) -> String { PathText.join(root, relative) }

    /// Where files go that nothing refers to.
    package var lostAndFound: String { path("lost+found") }

    package static func sourceFolder(_ source: RowSource) -> String { "vault_source=\(source.rawValue)" }

    package static func taskFolder(source: RowSource, task: TaskID) -> String {
        "\(sourceFolder(source))/vault_task=\(task.folderName)"
    }

    /// The sources that the vault has a folder of.
    package func sources(_ files: any Files) throws(ArchiveError) -> [RowSource] {
        let names = try Set(list("", files))
        return RowSource.allCases.filter { names.contains(Self.sourceFolder($0)) }
    }

    /// The task whose folder a path leads to; nil where it is none of a task's.
    package static func task(ofFolder path: String) -> TaskID? {
        value(of: "vault_task", in: PathText.name(of: path)).flatMap(TaskID.init(folderName:))
    }

    /// The task folders of a source, by the part of their name behind `vault_task=`, sorted.
    package func taskFolderNames(of source: RowSource, _ files: any Files) throws(ArchiveError) -> [String] {
        try list(Self.sourceFolder(source), files).compactMap { Self.value(of: "vault_task", in: $0) }
    }

    /// The date folders of a task, as paths below the vault's folder, oldest first. A symbolic link is none.
    ///
    /// - Parameter taskFolder: ``taskFolder(source:task:)``, or the same with a name that was listed.
    package func dateFolders(in taskFolder: String, _ files: any Files) throws(ArchiveError) -> [String] {
        try dates(in: taskFolder, files).map { Self.dateFolder($0.name, in: taskFolder) }
    }

    /// The dates that a task has folders of, oldest first, and when each folder's list of names last changed.
    package func dates(in taskFolder: String, _ files: any Files) throws(ArchiveError) -> [FolderTime] {
        do {
            return try files.folders(in: path(taskFolder), withPrefix: "vault_date=").filter { !$0.name.isEmpty }
        } catch  where error.code == .notFound {
            return []
        }
    }

    /// A date folder's path below the vault's folder.
    package static func dateFolder(_ date: String, in taskFolder: String) -> String {
        "\(taskFolder)/vault_date=\(date)"
    }

    /// What bears a date folder's name and is no folder, a symbolic link for one: as paths below the vault's folder.
    package func falseDateFolders(in taskFolder: String, _ files: any Files) throws(ArchiveError) -> [String] {
        let real = try Set(dates(in: taskFolder, files).map(\.name))
        return try list(taskFolder, files).filter { name in
            Self.value(of: "vault_date", in: name).map { !real.contains($0) } ?? false
        }.map { "\(taskFolder)/\($0)" }
    }

    /// Takes a date folder's relative path apart; nil for any other path.
    package static func parse(dateFolder path: String) -> (source: RowSource, taskFolderName: String, date: String)? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let source = value(of: "vault_source", in: parts[0]).flatMap(RowSource.init),
            let task = value(of: "vault_task", in: parts[1]), let date = value(of: "vault_date", in: parts[2])
        else { return nil }
        return (source, task, date)
    }

    private func list(_ relative: String, _ files: any Files) throws(ArchiveError) -> [String] {
        do {
            return try files.list(relative.isEmpty ? root : path(relative))
        } catch  where error.code == .notFound {
            return []
        }
    }

    private static func value(of key: String, in name: String) -> String? {
        guard name.hasPrefix("\(key)="), name.utf8.count > key.utf8.count + 1 else { return nil }
        return String(name.dropFirst(key.count + 1))
    }
}
