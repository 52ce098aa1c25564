import Testing

@testable import Operations

typealias Status = Operations.ExitStatus

@Suite struct ExitStatusTests {
    /// DESIGN's order: 73, 77, 78, 65, 69, 75, 0, after what is no verdict of the data at all.
    @Test(arguments: [
        ([Status.done], Status.done), ([], .done),
        ([.tryAgain, .done, .unavailable], .unavailable), ([.unavailable, .dataDamaged], .dataDamaged),
        ([.dataDamaged, .badConfiguration], .badConfiguration), ([.badConfiguration, .noPermission], .noPermission),
        ([.noPermission, .cannotWrite, .tryAgain], .cannotWrite), ([.cannotWrite, .defect], .defect),
    ])
    func aVerdictIsItsWorstPart(parts: [Status], verdict: Status) {
        #expect(parts.verdict == verdict)
        #expect(parts.reversed().verdict == verdict)
    }
}

@Suite struct OrderedJSONTests {
    @Test func keysComeInTheOrderGiven() {
        let json = OrderedJSON.object([
            "z": .integer(1), "a": .text("quote \" line\n"), "n": .null, "s": .seconds(1.0005), "t": .seconds(0.25),
            "l": .array([.boolean(true), .boolean(false)]), "r": .raw(Array("{}".utf8)),
        ])
        #expect(
            String(decoding: json.line, as: UTF8.self)
                == #"{"z":1,"a":"quote \" line\n","n":null,"s":1.001,"t":0.250,"l":[true,false],"r":{}}"#)
    }
}

@Suite struct PrintableTests {
    @Test(arguments: [
        ("plain äöü 🦑", "plain äöü 🦑"), ("a\u{1B}[31mred", "a\\u{1b}[31mred"), ("two\nlines", "two\\u{a}lines"),
        ("\u{202E}backwards", "\\u{202e}backwards"), ("\u{9B}csi", "\\u{9b}csi"),
    ])
    func namesFromElsewhereCannotSteerTheTerminal(text: String, shown: String) {
        #expect(text.printable == shown)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (336_776, "336,776"), (-1_234_567, "-1,234,567")])
    func largeNumbersAreGrouped(number: Int, shown: String) {
        #expect(number.grouped == shown)
    }
}
