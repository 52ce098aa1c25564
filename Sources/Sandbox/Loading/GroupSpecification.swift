/// A task group to list, and the tasks in it.
package struct GroupSpecification: Sendable, Hashable {
    /// A number at the API; a text that is no number is served as text.
    package var id: String
    package var name: String
    /// Ids of the group's tasks, in the order listed.
    package var tasks: [String]

    package init(id: String, name: String, tasks: [String]) {
        self.id = id
        self.name = name
        self.tasks = tasks
    }

    /// Reads `ID=NAME:TASK,TASK`, where the id ends at the first `=` and the tasks start after the last `:`.
    ///
    /// No task at all makes an empty group.
    ///
    /// - Throws: ``SandboxError/Code/badSpecification``, naming the text and what it lacks.
    package static func parse(_ text: String) throws(SandboxError) -> GroupSpecification {
        func bad(_ reason: String) -> SandboxError {
            SandboxError(
                .badSpecification, "'\(text)' is not a group: \(reason)",
                hint: "write ID=NAME:TASK,TASK, such as 84=Samples:flights,weather")
        }
        guard let equals = text.firstIndex(of: "=") else { throw bad("it has no '='") }
        let id = text[..<equals]
        let rest = text[text.index(after: equals)...]
        guard let colon = rest.lastIndex(of: ":") else { throw bad("no ':' and tasks follow the name") }
        guard !id.isEmpty else { throw bad("its id is empty") }
        let list = rest[rest.index(after: colon)...]
        let tasks =
            list.isEmpty
            ? [] : list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard !tasks.contains("") else { throw bad("one of its task ids is empty") }
        return GroupSpecification(id: String(id), name: String(rest[..<colon]), tasks: tasks)
    }
}
