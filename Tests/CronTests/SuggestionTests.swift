import Testing

@testable import Cron

@Test(arguments: [
    ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("MOM", "MON", 1), ("JNA", "JAN", 1), ("kitten", "sitting", 3),
    ("@hourley", "@hourly", 1), ("TEU", "TUE", 1),
])
func distanceCountsSlipsOfTheFinger(left: String, right: String, distance: Int) {
    #expect(Suggestion.distance(Array(left), Array(right)) == distance)
    #expect(Suggestion.distance(Array(right), Array(left)) == distance)
}

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
