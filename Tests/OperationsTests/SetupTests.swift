import Jobs
import StorageTime
import Testing

@testable import Operations

/// What `octovault init` proposes and writes.
@Suite struct SetupTests {
    @Test(arguments: [
        (0.0, "1d"), (400, "1d"), (401, "6h"), (1600, "6h"), (1601, "1h"), (9600, "1h"), (9601, "15m"), (1e9, "15m"),
    ])
    func aWindowIsProposedThatComesInOneAnswer(rowsPerDay: Double, window: String) throws {
        let proposal = SetupProposal(rowsPerDay: rowsPerDay)
        #expect(proposal.window.description == window)
        // The same schedule as a job file has it.
        let text = "tasks: [t]\nschedule: \"\(proposal.schedule)\"\nwindow: \(proposal.window)\n"
        #expect(try JobFixture(["backup": text])["backup"]?.window == proposal.window)
    }

    private static let entries: [EffectiveValue.Entry] = [
        .init("username", .text("me")), .init("password_file", .text("default.password")),
    ]

    @Test func aFirstAccountMakesTheFile() {
        #expect(
            SetupFiles.accounts("", "default", Self.entries)
                == """
                # Accounts by name; the passwords are in files of their own that only their owner may read.
                default:
                  username: me
                  password_file: default.password

                """)
    }

    @Test(arguments: [
        (
            "other:\n  username: a\n",
            "other:\n  username: a\ndefault:\n  username: me\n  password_file: default.password\n"
        ),
        (
            "# ours\ndefault:\n  username: old\n\n# theirs\nother:\n  username: a\n",
            "# ours\ndefault:\n  username: me\n  password_file: default.password\n\n# theirs\nother:\n  username: a\n"
        ),
        (
            "default:\r\n  username: old\r\nother:\r\n  username: a\r\n",
            "default:\n  username: me\n  password_file: default.password\nother:\n  username: a\n"
        ),
        ("\"default\": {username: old}\n", "default:\n  username: me\n  password_file: default.password\n"),
    ])
    func anAccountChangesAndTheOthersStay(existing: String, after: String) {
        #expect(SetupFiles.accounts(existing, "default", Self.entries) == after)
    }

    @Test func aHostileTaskNameStaysAComment() {
        let text = SetupFiles.job(
            account: "default", tasks: [("t: 1", "a\nschedule: never\u{1B}")], schedule: "H * * * *", window: "1h",
            start: "2026-01-01", why: nil)
        #expect(text.split(separator: "\n").count { $0.hasPrefix("schedule:") } == 1)
        #expect(text.contains("  - \"t: 1\" # a"))
    }
}
