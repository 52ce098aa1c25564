import NIOCore

/// Finished pages, so that asking again costs no copy and no compression. The oldest go first.
struct PageCache: Sendable {
    struct Key: Hashable, Sendable {
        let task: Int
        /// The table's version: a page of an earlier one is never found again.
        let version: UInt64
        let rows: Range<Int>
        let total: Int
        let totalsAsText: Bool
        let isCompressed: Bool
    }

    /// Most bytes of memory that pages are kept in.
    let capacity: Int
    private var pages: [Key: ByteBuffer] = [:]
    /// Keys by age, the oldest at `head`.
    private var queue: [Key] = []
    private var head = 0
    private(set) var bytes = 0
    /// Pages that came when the cache was full.
    private var refused = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    func page(_ key: Key) -> ByteBuffer? { pages[key] }

    /// Keeps a page, unless it is there already or larger than the whole cache.
    ///
    /// Once the cache is full, only one page in eight is: a client that reads more pages than fit, from first to last
    /// and again, would else find each one dropped just before it comes back.
    mutating func keep(_ page: ByteBuffer, for key: Key) {
        guard page.storageCapacity <= capacity, pages[key] == nil else { return }
        if bytes + page.storageCapacity > capacity {
            refused += 1
            guard refused % 8 == 0 else { return }
        }
        pages[key] = page
        queue.append(key)
        bytes += page.storageCapacity
        while bytes > capacity { dropOldest() }
    }

    private mutating func dropOldest() {
        guard let page = pages.removeValue(forKey: queue[head]) else { return }
        bytes -= page.storageCapacity
        head += 1
        guard head > 1000, head > queue.count / 2 else { return }
        queue.removeFirst(head)
        head = 0
    }
}
