import Foundation

/// Keeps what memory holds, passwords and tokens among it, out of what a crash leaves behind.
enum CrashOutput {
    /// Turns off core files and Swift's crash reports: a core file is the memory, and a report shows bytes of it beside
    /// the registers.
    ///
    /// Whoever sets `SWIFT_BACKTRACE` asks for reports, and gets them. Core files can be had by raising the soft limit
    /// of the running process (`prlimit`).
    static func withhold() {
        var limit = rlimit()
        if getrlimit(core, &limit) == 0 {
            limit.rlim_cur = 0
            setrlimit(core, &limit)
        }
        // Foundation's view of the environment takes a millisecond to make.
        guard getenv("SWIFT_BACKTRACE") == nil else { return }
        for crash in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] { signal(crash, SIG_DFL) }
    }

    #if canImport(Glibc)
    private static let core = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    #else
    private static let core = RLIMIT_CORE
    #endif
}
