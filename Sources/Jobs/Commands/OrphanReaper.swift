import Foundation
import Synchronization

/// Collects ended processes that nobody waits for: what a command leaves behind becomes the first process's child, and
/// stays in the table of processes until that one asks for its status.
///
/// The children that the program started itself are left to whoever started them: each is announced before it is
/// started.
package final class OrphanReaper: Sendable {
    /// The process's own, for what its commands leave behind.
    package static let process = OrphanReaper()

    private struct State {
        /// Children that are being started, whose ids nobody knows yet.
        var starting = 0
        var own: Set<pid_t> = []
    }

    private let state = Mutex(State())
    /// How many are collected at a time.
    private static let mostAtOnce = 10_000

    package init() {}

    /// Whether orphans come to this process: it is the first one of its system or container.
    package static var isNeeded: Bool { getpid() == 1 }

    /// Says that a child is about to be started. Nothing is collected until its id is known; what earlier ones left
    /// behind is collected before.
    func announce() -> OwnChild {
        if Self.isNeeded { collect() }
        state.withLock { $0.starting += 1 }
        return OwnChild(reaper: self)
    }

    fileprivate func started(_ id: pid_t) {
        state.withLock { state in
            state.starting -= 1
            state.own.insert(id)
        }
    }

    fileprivate func ended(_ id: pid_t?) {
        state.withLock { state in
            if let id { state.own.remove(id) } else { state.starting -= 1 }
        }
    }

    /// Collects those that have ended.
    ///
    /// - Returns: how many there were. Where a child of our own has ended and its status was not asked for yet, the
    ///   others may be left for the next call.
    @discardableResult
    package func collect() -> Int {
        state.withLock { state in
            guard state.starting == 0 else { return 0 }
            var count = 0
            while count < Self.mostAtOnce, let id = Self.endedChild(), !state.own.contains(id) {
                var status: Int32 = 0
                guard waitpid(id, &status, WNOHANG) == id else { break }
                count += 1
            }
            return count
        }
    }

    /// Collects those that end until the task is cancelled.
    package func watch(every interval: Duration = .seconds(5)) async {
        repeat { collect() } while (try? await Task.sleep(for: interval)) != nil
    }

    /// A child that has ended, without asking for its status.
    private static func endedChild() -> pid_t? {
        var facts = siginfo_t()
        guard waitid(P_ALL, 0, &facts, WEXITED | WNOHANG | WNOWAIT) == 0 else { return nil }
        #if canImport(Glibc)
        let id = facts._sifields._sigchld.si_pid
        #else
        let id = facts.si_pid
        #endif
        return id > 0 ? id : nil
    }
}

/// A child from before its start until its status is known.
final class OwnChild: Sendable {
    private let reaper: OrphanReaper
    private let id = Mutex<pid_t?>(nil)

    fileprivate init(reaper: OrphanReaper) {
        self.reaper = reaper
    }

    /// To be called once.
    func started(_ id: pid_t) {
        self.id.withLock { $0 = id }
        reaper.started(id)
    }

    /// To be called once, also where the child never started.
    func ended() {
        reaper.ended(id.withLock { $0 })
    }
}
