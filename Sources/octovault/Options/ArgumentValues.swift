public import ArgumentParser
public import Logging
import Records
package import Restore
package import Sandbox
package import Snapshots
import StorageTime

extension CaptureSource: ExpressibleByArgument {}
extension IntervalConvention: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
extension RestoreRequest.Split: ExpressibleByArgument {}
extension RowRules.Dedupe.Keep: ExpressibleByArgument {}
extension RowSource: ExpressibleByArgument {}
extension MarkMeaning: ExpressibleByArgument {}
extension SandboxAPI: ExpressibleByArgument {}
extension Proof: ExpressibleByArgument {
    package init?(argument: String) {
        guard let proof = Self.choices.first(where: { $0.rawValue == argument }) else { return nil }
        self = proof
    }

    package static var allValueStrings: [String] { choices.map(\.rawValue) }
}
