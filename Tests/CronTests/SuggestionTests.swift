import Testing

@testable import Cron

@Test(arguments: [
    ("MOM", ["MON"]), ("Monday", ["MON"]), ("THR", ["THU"]), ("weds", ["WED"]), ("Wendsday", ["WED"]), ("XYZ", []),
    ("MNO", ["MON"]),
])
func namesOfDaysAreGuessed(word: String, names: [String]) {
    #expect(Suggestion.names(like: word, in: .dayOfWeek) == names)
}

@Test(arguments: [("Sept", ["SEP"]), ("JUM", ["JUN", "JUL"]), ("Decmber", ["DEC"]), ("Q", [])])
func namesOfMonthsAreGuessed(word: String, names: [String]) {
    #expect(Suggestion.names(like: word, in: .month).filter { names.isEmpty || names.contains($0) } == names)
}
