/// Runs work on several elements at once and hands the results on in the elements' order.
///
/// At most `width` elements are in flight or waiting for their turn, so memory is bounded by `width` results however many
/// elements there are. The first error cancels the rest and is thrown.
enum OrderedPipeline {
    /// - Parameters:
    ///   - next: the next element, or nil when there are no more; asked only when there is room.
    ///   - work: runs concurrently, one call an element.
    ///   - deliver: called in order, never twice at a time.
    ///   - abandon: called with each result that is not delivered because an error came before it.
    static func run<Element: Sendable, Result: Sendable>(
        width: Int,
        next: () -> Element?,
        work: @escaping @Sendable (Element) async throws -> Result,
        deliver: (Element, Result) async throws -> Void,
        abandon: (Result) -> Void = { _ in }
    ) async throws {
        try await withThrowingTaskGroup(of: (Int, Element, Result).self) { group in
            var started = 0
            var delivered = 0
            var isExhausted = false
            var waiting: [Int: (Element, Result)] = [:]
            do {
                while true {
                    while !isExhausted, started - delivered < width {
                        guard let element = next() else {
                            isExhausted = true
                            break
                        }
                        let index = started
                        group.addTask { (index, element, try await work(element)) }
                        started += 1
                    }
                    if let (element, result) = waiting.removeValue(forKey: delivered) {
                        try await deliver(element, result)
                        delivered += 1
                        continue
                    }
                    guard let (index, element, result) = try await group.next() else { return }
                    waiting[index] = (element, result)
                }
            } catch {
                group.cancelAll()
                for (_, result) in waiting.values { abandon(result) }
                while let rest = await group.nextResult() {
                    if case .success((_, _, let result)) = rest { abandon(result) }
                }
                throw error
            }
        }
    }
}
