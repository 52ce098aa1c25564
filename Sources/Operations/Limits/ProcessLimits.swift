import Catalog
import Foundation

/// What a process must be allowed, so that the libraries underneath do not end it, or wait for ever, in the middle of
/// work: they take threads, descriptors and address space for granted.
///
/// Looked at once, before a command begins. What is short later is an error of the work that needed it.
package struct ProcessLimits: Sendable, Hashable {
    /// Files that may still be opened.
    package var files: Int
    /// Threads that may still be started, each with its stack.
    package var threads: Int
    /// Bytes of address space that may still be taken.
    package var memory: Int

    /// Of a command that works on files alone: of the files, four are for the main thread and the timers.
    package static let offline = ProcessLimits(files: 6, threads: 3, memory: 48 << 20)

    /// Of one that speaks over the network: an event loop a core, each with three descriptors and a thread.
    package static var network: ProcessLimits {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return ProcessLimits(files: 3 * cores + 10, threads: cores + 4, memory: 320 << 20)
    }

    /// - Throws: ``Problem`` with ``ExitStatus/cannotWrite``, which names the limit.
    package func require() throws {
        guard OpenFiles.canOpen(files) else {
            throw Self.short("fewer than \(files) more files may be opened", "of open files (ulimit -n)")
        }
        guard Self.canMap(memory) else {
            throw Self.short("less than \(memory >> 20) MiB of address space is left", "of memory (ulimit -v)")
        }
        guard Self.canStart(threads) else {
            throw Self.short(
                "fewer than \(threads) more threads may be started", "of processes (ulimit -u) or of memory (ulimit -v)"
            )
        }
        Self.startTimers()
    }

    /// Has the library that waits for the clock open its files now: where it cannot in the middle of work, as for a
    /// wait of a few milliseconds, it ends the process.
    private static func startTimers() {
        let isWoken = DispatchSemaphore(value: 0)
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(1)) { isWoken.signal() }
        isWoken.wait()
    }

    private static func short(_ what: String, _ limit: String) -> Problem {
        Problem(
            .cannotWrite, code: "no-room", "the system allows too little: \(what)", hint: "raise the limit \(limit)")
    }

    private static func canMap(_ bytes: Int) -> Bool {
        guard let start = mmap(nil, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, 0), start != MAP_FAILED else {
            return false
        }
        munmap(start, bytes)
        return true
    }

    /// Has so many threads wait for a lock at once.
    private static func canStart(_ count: Int) -> Bool {
        #if canImport(Darwin)
        return true
        #else
        let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        defer { lock.deallocate() }
        pthread_mutex_init(lock, nil)
        pthread_mutex_lock(lock)
        var started: [pthread_t] = []
        for _ in 0..<count {
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { lock in
                    let lock = lock?.assumingMemoryBound(to: pthread_mutex_t.self)
                    if let lock {
                        pthread_mutex_lock(lock)
                        pthread_mutex_unlock(lock)
                    }
                    return nil
                }, lock)
            guard status == 0 else { break }
            started.append(thread)
        }
        pthread_mutex_unlock(lock)
        for thread in started { pthread_join(thread, nil) }
        pthread_mutex_destroy(lock)
        return started.count == count
        #endif
    }
}
