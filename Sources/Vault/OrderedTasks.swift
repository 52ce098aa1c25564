/// Runs tasks on a fixed number of elements at a time, and hands their results over in order.
///
/// - Parameters:
///   - width: how many run at once; results wait in memory for at most four times as many.
///   - consume: called by one at a time, in order. What it or `transform` throws cancels the rest and is thrown on.
func withOrderedTasks<Element: Sendable, Result: Sendable>(
    _ elements: some Sequence<Element>, width: Int, transform: @escaping @Sendable (Element) async throws -> Result,
    consume: (Result) throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var iterator = elements.makeIterator()
        var started = 0
        var running = 0
        var consumed = 0
        var waiting: [Int: Result] = [:]
        while true {
            while running < width, started - consumed < width * 4, let element = iterator.next() {
                let index = started
                group.addTask { (index, try await transform(element)) }
                started += 1
                running += 1
            }
            guard let (index, result) = try await group.next() else { return }
            running -= 1
            waiting[index] = result
            while let ready = waiting.removeValue(forKey: consumed) {
                consumed += 1
                try consume(ready)
            }
        }
    }
}
