public import ArgumentParser
public import Logging
package import Restore
package import Snapshots
package import StorageTime

extension CaptureSource: ExpressibleByArgument {}
extension IntervalConvention: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
extension RestoreRequest.Split: ExpressibleByArgument {}
extension RowRules.Dedupe.Keep: ExpressibleByArgument {}
extension RowSource: ExpressibleByArgument {}
extension TakingConfiguration.Proof: ExpressibleByArgument {}
