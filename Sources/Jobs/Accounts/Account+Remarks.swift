import Records

extension Account {
    /// What is allowed but worth a look, one sentence each: a password file that others can read or that is missing, a
    /// zone that is not known, plain http.
    ///
    /// Looks at the files named; reads none.
    package func remarks() -> [String] {
        var remarks: [String] = []
        if case .file(let path) = password {
            if let permissions = RegularFile.permissions(path) {
                if permissions & 0o077 != 0 {
                    remarks.append("account '\(name)': others can reach the password file \(path); chmod 600 it")
                }
            } else {
                remarks.append("account '\(name)': the password file \(path) is not there")
            }
        }
        if let caFile, RegularFile.permissions(caFile) == nil {
            remarks.append("account '\(name)': the certificate file \(caFile) is not there")
        }
        if timeZone == nil, dialect == .dataExport {
            remarks.append(
                "account '\(name)': without a time_zone, windows wait until they are past in every zone (UTC-12); 'octovault probe' measures it"
            )
        }
        if allowHTTP, baseURL.isInsecure {
            remarks.append("account '\(name)': the password crosses the network as plain text (allow_http)")
        }
        return remarks
    }
}
