// What libFuzzer calls. `Target` is one of Tests/FuzzTests, named by the script that builds this.

import Foundation

@_cdecl("LLVMFuzzerInitialize")
public func writeSeeds(
    _: UnsafeMutablePointer<CInt>, _: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>
) -> CInt {
    guard let folder = ProcessInfo.processInfo.environment["OCTOVAULT_FUZZ_FOLDER"] else { return 0 }
    do {
        for (number, input) in try Target.corpus.enumerated() {
            try Data(input).write(to: URL(fileURLWithPath: "\(folder)/corpus/seed-\(number)"))
        }
        let entries = Target.words.filter { !$0.isEmpty }.map { word in
            "\"" + word.utf8.map { String(format: "\\x%02x", $0) }.joined() + "\"\n"
        }
        try Data(entries.joined().utf8).write(to: URL(fileURLWithPath: "\(folder)/words"))
    } catch {
        fatalError("the seeds cannot be written: \(error)")
    }
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func tryInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    // Seldom as it is, mostly with its checksum put right: both are a matter of the input alone.
    var mutator = Mutator(corpus: [], words: [], seed: UInt64(count))
    do {
        _ = try Target.check(Target.finish(input, &mutator))
    } catch {
        fatalError("\(error)")
    }
    return 0
}
