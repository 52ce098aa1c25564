/// Runs work on several elements at once and hands the results on in the elements' order.
///
/// At most `width` elements are worked on at a time, and at most `ahead` more are done or begin as others end while a
/// result is being delivered, so memory is bounded however many elements there are. The first error cancels the rest
/// and is thrown.
enum OrderedPipeline {
    /// - Parameters:
    ///   - ahead: how many further elements may be fetched before one that is not delivered yet.
    ///   - next: the next element, or nil when there are no more; asked only when there is room.
    ///   - mayBegin: asked in the elements' order just before each is worked on; once it says no, the elements fetched
    ///     and not begun are dropped.
    ///   - work: runs concurrently, one call an element.
    ///   - deliver: called in order, never twice at a time.
    ///   - abandon: called with each result that is not delivered because an error came before it.
    static func run<Element: Sendable, Result: Sendable>(
        width: Int, ahead: Int = 0,
        next: () -> Element?,
        mayBegin: @escaping @Sendable () -> Bool = { true },
        work: @escaping @Sendable (Element) async throws -> Result,
        deliver: (Element, Result) async throws -> Void,
        abandon: (Result) -> Void = { _ in }
    ) async throws {
        let admission = OrderedAdmission(width: width, mayBegin: mayBegin)
        try await withThrowingTaskGroup(of: (Int, Element, Result?).self) { group in
            var started = 0
            var delivered = 0
            var isExhausted = false
            var waiting: [Int: (Element, Result)] = [:]
            do {
                while true {
                    while !isExhausted, started - delivered < width + ahead {
                        guard let element = next() else {
                            isExhausted = true
                            break
                        }
                        let index = started
                        group.addTask { (index, element, try await admission.pass(index) { try await work(element) }) }
                        started += 1
                    }
                    if let (element, result) = waiting.removeValue(forKey: delivered) {
                        try await deliver(element, result)
                        delivered += 1
                        continue
                    }
                    guard let (index, element, result) = try await group.next() else { return }
                    if let result { waiting[index] = (element, result) } else { isExhausted = true }
                }
            } catch {
                group.cancelAll()
                for (_, result) in waiting.values { abandon(result) }
                while let rest = await group.nextResult() {
                    if case .success((_, _, let result?)) = rest { abandon(result) }
                }
                throw error
            }
        }
    }
}
