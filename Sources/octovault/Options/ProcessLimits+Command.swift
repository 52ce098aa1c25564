import ArgumentParser
import Operations

extension ProcessLimits {
    /// What a command needs from its first step on. One that goes online by an option asks for it there.
    static func needed(by command: any ParsableCommand.Type) -> ProcessLimits {
        let online: [any ParsableCommand.Type] = [
            RunCommand.self, BackfillCommand.self, SnapshotCommand.self, TasksCommand.self, ProbeCommand.self,
            DoctorCommand.self, SandboxCommand.self, DemoCommand.self,
        ]
        guard online.contains(where: { $0 == command }) else { return .offline }
        var need = ProcessLimits.network
        // Both ends of each connection are its own.
        if command == DemoCommand.self { need.files += 24 }
        return need
    }
}
