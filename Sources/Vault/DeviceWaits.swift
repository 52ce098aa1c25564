import Dispatch

/// Waits for the device on threads of their own.
///
/// Bringing bytes onto a device takes milliseconds in which a thread does nothing. Tasks share one thread a core, so a
/// task that waited there would keep a core from compressing; and file systems bring many files onto a device in about
/// the time of one where they are asked for all of them at once.
package enum DeviceWaits {
    /// Calls `body` with each element on a thread of its own, all at once.
    ///
    /// - Parameter elements: a few dozen at most.
    /// - Returns: the results in the elements' order.
    package static func map<Element: Sendable, Result: Sendable>(
        _ elements: [Element], _ body: @escaping @Sendable (Element) -> Result
    ) async -> [Result] {
        await withTaskGroup(of: (Int, Result).self) { group in
            for (index, element) in elements.enumerated() {
                group.addTask { (index, await run { body(element) }) }
            }
            var results = [Result?](repeating: nil, count: elements.count)
            for await (index, result) in group { results[index] = result }
            return results.compactMap(\.self)
        }
    }

    /// Calls `body` on a thread of its own.
    package static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { done in
            // A serial queue's thread is one beyond those of the cores.
            DispatchQueue(label: "octovault.device").async { done.resume(returning: body()) }
        }
    }
}
