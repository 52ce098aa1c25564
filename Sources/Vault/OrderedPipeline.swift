/// Runs work on several elements at once and hands the results on in the elements' order.
///
/// At most `width` elements are worked on at a time, and at most `ahead` more are done or begin as others end while a
/// result is being delivered, so memory is bounded however many elements there are; where they differ in size, a
/// `budget` bounds it as well. The first error cancels the rest and is thrown.
package enum OrderedPipeline {
    /// - Parameters:
    ///   - ahead: how many further elements may be fetched before one that is not delivered yet.
    ///   - budget: how much elements fetched and not delivered yet may cost together; one alone may cost more.
    ///   - cost: what an element costs, 0 or more.
    ///   - next: the next element, or nil when there are no more; asked only when there is room.
    ///   - mayBegin: asked in the elements' order just before each is worked on; once it says no, the elements fetched
    ///     and not begun are dropped.
    ///   - work: runs concurrently, one call an element.
    ///   - deliver: called in order, never twice at a time.
    ///   - abandon: called with each result that is not delivered because an error came before it.
    package static func run<Element: Sendable, Result: Sendable>(
        width: Int, ahead: Int = 0,
        budget: Int = .max, cost: (Element) -> Int = { _ in 0 },
        next: () throws -> Element?,
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
            var held: Element?
            var spent = 0
            var waiting: [Int: (Element, Result)] = [:]
            do {
                while true {
                    while !isExhausted, started - delivered < width + ahead {
                        guard let element = try held ?? next() else {
                            isExhausted = true
                            break
                        }
                        held = element
                        let price = cost(element)
                        guard started == delivered || price <= budget - spent else { break }
                        held = nil
                        spent += price
                        let index = started
                        group.addTask { (index, element, try await admission.pass(index) { try await work(element) }) }
                        started += 1
                    }
                    if let (element, result) = waiting.removeValue(forKey: delivered) {
                        try await deliver(element, result)
                        delivered += 1
                        spent -= cost(element)
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
