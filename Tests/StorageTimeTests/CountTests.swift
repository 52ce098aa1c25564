import StorageTime
import Testing

@Suite struct CountTests {
    private static let edges = [Int.min, Int.min + 1, -1, 0, 1, Count.most, Int.max - 1, Int.max]

    @Test func sumsAndDifferencesAreHeldWhereAnIntEnds() {
        for left in Self.edges {
            for right in Self.edges {
                let (sum, overflow) = left.addingReportingOverflow(right)
                #expect(left.adding(held: right) == (overflow ? (right < 0 ? .min : .max) : sum))
                let (difference, underflow) = left.subtractingReportingOverflow(right)
                #expect(left.subtracting(held: right) == (underflow ? (right < 0 ? .max : .min) : difference))
            }
        }
        #expect([Int.max, 1, 5].heldSum { $0 } == .max)
        #expect([1, 2, 3].heldSum { $0 } == 6)
    }

    @Test(arguments: [
        (0.9, 0), (-0.1, -1), (1e300, Int.max), (-1e300, Int.min), (.infinity, Int.max), (-.infinity, Int.min),
        (.nan, 0), (9.223372036854775807e18, Int.max), (4e15, 4_000_000_000_000_000),
    ]) func anyDoubleHasANearestInt(number: Double, expected: Int) {
        #expect(Int(held: number) == expected)
    }

    @Test func aCountUpToAQuadrillionIsBelieved() {
        #expect(!Count.isAbsurd(0) && !Count.isAbsurd(1_000_000_000_000_000))
        #expect(Count.isAbsurd(-1) && Count.isAbsurd(1_000_000_000_000_001) && Count.isAbsurd(.max))
    }
}
