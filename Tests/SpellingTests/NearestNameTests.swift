import Spelling
import Testing

@Test(arguments: [
    ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("MOM", "MON", 1), ("JNA", "JAN", 1), ("kitten", "sitting", 3),
    ("@hourley", "@hourly", 1), ("TEU", "TUE", 1),
])
func distanceCountsSlipsOfTheFinger(left: String, right: String, distance: Int) {
    #expect(EditDistance.between(Array(left), Array(right)) == distance)
    #expect(EditDistance.between(Array(right), Array(left)) == distance)
}

@Test(arguments: [
    ("windwo", ["window"]), ("WINDOW", ["window"]), ("schedul", ["schedule"]), ("wildebeest", []), ("x", []),
    ("tasc", ["task"]), ("tas", ["task", "tax"]),
])
func allNearestNamesComeInTheirOrder(word: String, names: [String]) {
    #expect(NearestName.all(near: word, among: ["window", "task", "schedule", "tax"], within: 1) == names)
}

@Test(arguments: [65, 1_000_000])
func anEndlessNameIsNearToNothing(letters: Int) {
    let name = String(repeating: "x", count: letters)
    #expect(NearestName.of(name, among: ["window"]) == nil)
    #expect(NearestName.all(near: name, among: ["window"], within: 2) == [])
}
