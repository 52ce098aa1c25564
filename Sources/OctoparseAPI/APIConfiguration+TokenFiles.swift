extension APIConfiguration {
    /// The folder in which tokens are kept between runs, as the environment names it; nil where none is. It may not be
    /// there yet.
    ///
    /// - Parameter environment: `XDG_STATE_HOME` and `HOME` are looked at.
    package static func tokenDirectory(_ environment: [String: String]) -> String? {
        TokenCache.stateDirectory(environment).map { $0 + "/tokens" }
    }
}
