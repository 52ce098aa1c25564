/// Something that opening a vault or taking a task found and put right, to be told to the operator once.
package struct Notice: Sendable, Hashable {
    /// The closed list of kinds.
    package enum Code: String, Sendable, CaseIterable {
        /// The catalog was missing or damaged and was made again from the manifests.
        case catalogRebuilt = "catalog-rebuilt"
        /// Another process holds what is held for moments only, and is waited for.
        case waiting
        /// Folders are not as the catalog says, and their manifests were read instead.
        case catalogBehind = "catalog-behind"
        /// `octovault.json` was missing from a vault and was written again.
        case markerRestored = "marker-restored"
        /// The vault cannot be written, and is only read.
        case readOnly = "read-only"
        /// The vault's folder belongs to another user, who may not be able to change what is written to it now.
        case otherOwner = "other-owner"
        /// A damaged manifest was left out of the index.
        case manifestIgnored = "manifest-ignored"
        /// A file that no manifest names was moved to `lost+found/`.
        case movedToLostAndFound = "moved-to-lost-and-found"
        /// A file that no manifest names could not be moved to `lost+found/`.
        case leftInPlace = "left-in-place"
    }

    package let code: Code
    /// One sentence.
    package let message: String
}
