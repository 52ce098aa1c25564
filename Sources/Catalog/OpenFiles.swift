#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How many files this process may still open.
package enum OpenFiles {
    /// Whether so many more may be opened, by the process's own limit. None is opened for it: another thread may need
    /// the last ones meanwhile.
    ///
    /// - Complexity: O(*n*) for *n* open files and those asked for.
    package static func canOpen(_ count: Int) -> Bool {
        var limit = rlimit()
        guard getrlimit(files, &limit) == 0 else { return true }
        var free = 0
        var descriptor: Int32 = 0
        while free < count, descriptor < Int32.max, rlim_t(descriptor) < limit.rlim_cur {
            if fcntl(descriptor, F_GETFD) == -1 { free += 1 }
            descriptor += 1
        }
        return free >= count
    }

    #if canImport(Glibc)
    private static let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    private static let files = RLIMIT_NOFILE
    #endif
}
