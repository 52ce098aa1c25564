/// The program's number, said here alone: `--version`, manifests, the page, metrics and the package have it from here.
package enum ProgramVersion {
    /// Three numbers with dots between them (semver.org); the newest heading of `contrib/handbook/CHANGELOG.md` that
    /// has a number is this one.
    package static let number = "0.1.0"

    /// What manifests say wrote them.
    package static let tool = "octovault \(number)"
}
