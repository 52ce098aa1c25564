import ArgumentParser
import Operations

extension ProcessRoom {
    /// What a command needs from its first step on. One that goes online by an option asks for it there.
    static func needed(by command: any ParsableCommand.Type) -> ProcessRoom {
        let online: [any ParsableCommand.Type] = [
            RunCommand.self, BackfillCommand.self, SnapshotCommand.self, TasksCommand.self, ProbeCommand.self,
            DoctorCommand.self, SandboxCommand.self, DemoCommand.self,
        ]
        return online.contains { $0 == command } ? .network : .offline
    }
}
