import TestSupport
import Testing

@testable import Restore

@Suite struct RowTestTests {
    private static let rows = [
        #"{"n":"0","city":"Plano","x=y":"1"}"#, #"{"n":"1","city":""}"#, #"{"n":"2","city":null}"#, #"{"n":"3"}"#,
        #"{"n":"4","city":5}"#, #"{"n":"5","city":"5"}"#, #"{"n":"6","city":"a=b"}"#, #"{"n":"7","city":"\u00e9\n"}"#,
        #"{"n":"8","city":{"a":[1]}}"#, #"{"n":"9","city":true,"city!":"odd"}"#,
    ]

    @Test(arguments: [
        (["city=Plano"], "0"), (["city=plano"], ""), (["city="], "123"), (["city!="], "0456789"), (["city=5"], "45"),
        (["city!=5"], "01236789"), (["city=a=b"], "6"), (["city=é\n"], "7"), ([#"city={"a":[1]}"#], "8"),
        (["city=true"], "9"), (["x=y=1"], "0"), (["x=y!=1"], "123456789"), (["city!=odd"], "0123456789"),
        (["city=5", "n=4"], "4"), (["city=5", "city!=5"], ""), (["city!=5", "city!="], "06789"),
    ])
    func aRowIsWrittenWhereAllConditionsHold(conditions: [String], expected: String) async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([Array(Self.rows[..<4]), Array(Self.rows[4...])], Fixture.day(1))
        let options = try RestoreOptions(format: .tsv, columns: ["n"], rules: RowRules(conditions: conditions))
        let (text, receipt) = try await vault.restore([snapshot], options)
        let wanted = expected.replacing(" ", with: "")
        #expect(text.split(separator: "\n").dropFirst().joined() == wanted)
        #expect(receipt.rowsFiltered == 10 - wanted.count)
    }

    @Test(arguments: ["", "city", "=Plano"])
    func whatIsNoConditionIsABadOption(text: String) {
        let error = #expect(throws: RestoreError.self) { try RowRules(conditions: [text]) }
        #expect(error?.code == .badOption)
        #expect(error?.hint?.contains("column=value") == true)
    }

    @Test(arguments: [("citty=Plano", "citty"), ("citty!=Plano", "citty"), ("m=1=2", "m")])
    func aColumnThatNoRowHasIsNamed(condition: String, name: String) async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([Self.rows], Fixture.day(1))
        let options = try RestoreOptions(rules: RowRules(conditions: [condition]))
        let error = await #expect(throws: RestoreError.self) { try await vault.restore([snapshot], options) }
        #expect(error?.code == .badColumn)
        #expect(error?.message == "no row has a column '\(name)'")
    }
}
