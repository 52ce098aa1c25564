/// The place of a request among those under way; free again once released, or when nothing holds it any more.
final class RequestSlot: Sendable {
    private let store: SandboxStore
    private let isReleased = Flag()

    init(store: SandboxStore) {
        self.store = store
    }

    func release() {
        if isReleased.raise() { store.leave() }
    }

    deinit { release() }
}
