import Testing
@testable import StorageTime
@Test func x() {
    #expect(StorageInstant(seconds: 0)?.description == "0001-01-01 00:00:00");
    #expect(StorageInstant(year: 1970, month: 1, day: 1)?.seconds == 62_135_596_800)
    for s in [0, 86399, 62_135_596_800, 63_000_000_000, 315_537_897_599] {
        let i = StorageInstant(seconds: s)!; let f = i.fields;
        #expect(
            StorageInstant(year: f.year, month: f.month, day: f.day, hour: f.hour, minute: f.minute, second: f.second)
                == i)
    }
}
