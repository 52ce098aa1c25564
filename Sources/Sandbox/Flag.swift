import Synchronization

/// Something that happens once, or not.
final class Flag: Sendable {
    private let value = Atomic(false)

    var isRaised: Bool { value.load(ordering: .acquiring) }

    /// - Returns: whether it was not raised before.
    @discardableResult
    func raise() -> Bool {
        !value.exchange(true, ordering: .acquiringAndReleasing)
    }
}
