public import ArgumentParser
public import Logging
public import Restore
public import Snapshots
public import StorageTime

extension CaptureSource: ExpressibleByArgument {}
extension IntervalConvention: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
extension RestoreRequest.Split: ExpressibleByArgument {}
extension RowRules.Dedupe.Keep: ExpressibleByArgument {}
extension RowSource: ExpressibleByArgument {}
extension TakingConfiguration.Proof: ExpressibleByArgument {}
