import Archive
import Foundation

/// A copy on whatever rclone reaches.
///
/// Where the remote can rename, a manifest is brought there under another name first, below ``staging``, and then
/// renamed, since such remotes show a file while it is written. Where it cannot, it is a store of objects, which appear
/// whole. Renaming takes the old file away first on some remotes: as long as a manifest is below ``staging`` and not in
/// its place, it counts as in its place.
struct RcloneStore: CopyStore {
    let remote: String
    let name: String
    private let rclone: Rclone

    private static let staging = ".octovault-incoming"
    private static let many = ["--transfers", "8", "--checkers", "16"]

    init(remote: String, name: String, environment: [String: String]) {
        self.remote = remote
        self.name = name
        rclone = Rclone(name: name, environment: environment)
    }

    private func place(_ path: String) -> String {
        if path.isEmpty { return remote }
        return remote.hasSuffix(":") || remote.hasSuffix("/") ? remote + path : "\(remote)/\(path)"
    }

    func taskFolders() async throws -> [String] {
        let answer = try await rclone.run("lsf", ["-R", "--dirs-only", "--max-depth", "2"], [remote])
        // 3: there is no such folder.
        if answer.status == 3 { return [] }
        guard answer.status == 0 else { throw rclone.failure("lsf", answer) }
        return String(decoding: answer.output, as: UTF8.self).split(separator: "\n").compactMap { line in
            let path = line.hasSuffix("/") ? String(line.dropLast()) : String(line)
            let parts = path.split(separator: "/")
            guard parts.count == 2, parts[0].hasPrefix("vault_source="), parts[1].hasPrefix("vault_task=") else {
                return nil
            }
            return path
        }.sorted()
    }

    func list(_ folder: String) async throws -> [String: Int] {
        var found = try await listed(folder, below: "")
        for (path, size) in try await listed(folder, below: Self.staging) where found[path] == nil {
            found[path] = size
        }
        return found
    }

    private func listed(_ folder: String, below top: String) async throws -> [String: Int] {
        let base = top.isEmpty ? folder : "\(top)/\(folder)"
        let answer = try await rclone.run(
            "lsf", ["-R", "--files-only", "--format", "sp", "--fast-list"], [place(base)])
        if answer.status == 3 { return [:] }
        guard answer.status == 0 else { throw rclone.failure("lsf", answer) }
        var found: [String: Int] = [:]
        for line in answer.output.split(separator: UInt8(ascii: "\n")) {
            guard let end = line.firstIndex(of: UInt8(ascii: ";")),
                let size = Int(String(decoding: line[..<end], as: UTF8.self)), size >= 0
            else { continue }
            found["\(folder)/\(String(decoding: line[(end + 1)...], as: UTF8.self))"] = size
        }
        return found
    }

    func put(_ paths: [String], from root: String) async throws {
        guard !paths.isEmpty else { return }
        let answer = try await rclone.run(
            "copy", Self.many + ["--no-traverse", "--size-only"], [root, remote], list: paths)
        guard answer.status == 0 else { throw rclone.failure("copy", answer) }
        // It passes over what was there when it began and is gone.
        guard paths.allSatisfy({ FileManager.default.fileExists(atPath: PathText.join(root, $0)) }) else {
            throw CopyError(.failed, "files were replaced while they were copied to \(name)")
        }
    }

    func putManifests(_ paths: [String], from root: String) async throws {
        guard !paths.isEmpty else { return }
        let canRename = try await canRename()
        let target = canRename ? place(Self.staging) : remote
        let copied = try await rclone.run(
            "copy", Self.many + ["--no-traverse", "--ignore-times"], [root, target], list: paths)
        guard copied.status == 0 else { throw rclone.failure("copy", copied) }
        guard canRename else { return }
        try await rename(paths)
    }

    /// Brings manifests from ``staging`` to their places.
    private func rename(_ paths: [String]) async throws {
        var sources: [String: [String]] = [:]
        for path in paths {
            sources[path.split(separator: "/").first.map(String.init) ?? path, default: []].append(path)
        }
        for source in sources.keys.sorted() {
            let paths = sources[source] ?? []
            let answer = try await rclone.run(
                "move", Self.many + ["--no-traverse", "--ignore-times"],
                [place("\(Self.staging)/\(source)"), place(source)],
                list: paths.map { String($0.dropFirst(source.count + 1)) })
            guard answer.status == 0 else { throw rclone.failure("move", answer) }
        }
    }

    private func canRename() async throws -> Bool {
        let answer = try await rclone.run("backend", ["features"], [remote])
        struct Facts: Decodable {
            struct Features: Decodable { let Move: Bool? }
            let Features: Features
        }
        guard answer.status == 0, let facts = try? JSONDecoder().decode(Facts.self, from: Data(answer.output)) else {
            throw rclone.failure("backend features", answer)
        }
        return facts.Features.Move ?? false
    }

    func get(_ paths: [String], into root: String) async throws {
        guard !paths.isEmpty else { return }
        for top in ["", Self.staging] {
            let missing = paths.filter { !FileManager.default.fileExists(atPath: PathText.join(root, $0)) }
            // Only manifests wait there.
            let wanted = top.isEmpty ? missing : missing.filter { $0.hasSuffix(".manifest.json") }
            guard !wanted.isEmpty else { continue }
            let answer = try await rclone.run(
                "copy", Self.many + ["--no-traverse", "--ignore-times"], [place(top), root], list: wanted)
            guard answer.status == 0 || !top.isEmpty && answer.status == 3 else {
                throw rclone.failure("copy", answer)
            }
        }
    }

    func remove(_ paths: [String]) async throws {
        guard !paths.isEmpty else { return }
        let answer = try await rclone.run("delete", [], [remote], list: paths)
        guard answer.status == 0 || answer.status == 3 else { throw rclone.failure("delete", answer) }
    }

    func compare(
        _ paths: [String], with root: String, isDeep: Bool
    ) async throws -> (missing: [String], differing: [String]) {
        guard !paths.isEmpty else { return ([], []) }
        var options: [String] = Self.many
        options += ["--one-way", "--combined", "-"]
        if isDeep { options.append("--download") }
        let answer = try await rclone.run(
            "check", options, [root, remote], list: paths)
        var missing: [String] = []
        var differing: [String] = []
        var told: Set<String> = []
        for line in String(decoding: answer.output, as: UTF8.self).split(separator: "\n") where line.count > 2 {
            let path = String(line.dropFirst(2))
            told.insert(path)
            switch line.first {
            case "=": continue
            case "+": missing.append(path)
            case "*", "!": differing.append(path)
            default: continue
            }
        }
        let untold = paths.filter { !told.contains($0) }
        guard untold.isEmpty, answer.status == 0 || !missing.isEmpty || !differing.isEmpty else {
            throw rclone.failure("check", answer)
        }
        return (missing, differing)
    }
}
