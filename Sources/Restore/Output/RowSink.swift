/// Where an output's bytes go. Calls come in order, one at a time; after an error, or ``finish()``, no more come but
/// ``abandon()``.
package protocol RowSink: AnyObject, Sendable {
    /// The file that is written; nil for what is none.
    var path: String? { get }

    /// Takes the next bytes.
    ///
    /// - Throws: ``RestoreError/Code/cannotWrite``, ``RestoreError/Code/outputClosed``.
    func write(_ bytes: UnsafeRawBufferPointer) throws(RestoreError)

    /// All bytes were written: makes the output final.
    func finish() throws(RestoreError)

    /// The output will not be finished: takes back what can be taken back. After ``finish()`` it does nothing.
    func abandon()
}

extension RowSink {
    package var path: String? { nil }

    /// Takes an array's bytes.
    func write(all bytes: [UInt8]) throws(RestoreError) {
        var failure: RestoreError?
        bytes.withUnsafeBytes { buffer in
            do throws(RestoreError) { try write(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
