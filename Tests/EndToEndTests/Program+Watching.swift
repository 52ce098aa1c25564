import Foundation
import Subprocess
import Synchronization
import TestSupport

#if canImport(System)
import System
#else
import SystemPackage
#endif

extension Program {
    /// What others on the machine could see of a run, and what it cost.
    struct Sight: Sendable {
        /// The most memory it ever held, in bytes; 0 where it was too short to be seen.
        var mostMemory = 0
        /// The command lines seen of it and of its children.
        var commandLines: Set<String> = []
        /// Its soft limit for core files, as `/proc` has it.
        var coreLimit: String?
    }

    /// What a process holds in memory that is no file's, in bytes; nil once it has ended.
    static func heldMemory(of id: Int32) -> Int? {
        ProcessFacts.heldMemory(of: id)
    }

    /// Runs to the end, looked at through `/proc` again and again.
    ///
    /// - Parameters:
    ///   - command: a program that is to start octovault, and its arguments before the program's path.
    ///   - isGoing: asked at each look, with what sends the process a signal; false ends the looking.
    func runWatched(
        _ arguments: [String], wrappedBy command: [String] = [],
        while isGoing: @escaping @Sendable (_ send: @escaping SendSignal) async throws -> Bool = { _ in true }
    ) async throws -> (outcome: Outcome, sight: Sight) {
        let words = command + [Self.path] + arguments
        let sight = SightKeeper()
        let outcome = try await launch(.path(FilePath(words[0])), Array(words.dropFirst())) { id, send in
            while let seen = ProcessFacts.read(id) {
                sight.note(seen)
                guard try await isGoing(send) else { break }
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        return (outcome, sight.value)
    }
}

private final class SightKeeper: Sendable {
    private let state = Mutex(Program.Sight())

    var value: Program.Sight { state.withLock { $0 } }

    func note(_ facts: ProcessFacts) { state.withLock { $0.note(facts) } }
}

extension Program.Sight {
    fileprivate mutating func note(_ facts: ProcessFacts) {
        mostMemory = max(mostMemory, facts.mostMemory)
        commandLines.formUnion(facts.commandLines)
        coreLimit = facts.coreLimit ?? coreLimit
    }
}

/// What `/proc` says of a process.
private struct ProcessFacts {
    var mostMemory: Int
    var commandLines: [String]
    var coreLimit: String?

    /// Nil once the process has ended.
    static func read(_ id: Int32) -> ProcessFacts? {
        guard let status = text("/proc/\(id)/status"), let peak = field("VmHWM:", of: status) else { return nil }
        let children = (text("/proc/\(id)/task/\(id)/children") ?? "").split(separator: " ").compactMap { Int32($0) }
        let limits = text("/proc/\(id)/limits")?.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
        return ProcessFacts(
            mostMemory: (Int(peak.split(separator: " ").first ?? "") ?? 0) << 10,
            commandLines: ([id] + children).compactMap { text("/proc/\($0)/cmdline") },
            coreLimit: limits.map { String($0.dropFirst("Max core file size".count).trimmingPrefix { $0 == " " }) })
    }

    static func heldMemory(of id: Int32) -> Int? {
        guard let status = text("/proc/\(id)/status"), let held = field("RssAnon:", of: status) else { return nil }
        return Int(held.split(separator: " ").first ?? "").map { $0 << 10 }
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func field(_ name: String, of status: String) -> String? {
        status.split(separator: "\n").first { $0.hasPrefix(name) }.map { $0.dropFirst(name.count) }
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
