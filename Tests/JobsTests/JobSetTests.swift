import Cron
import Foundation
import Records
import StorageTime
import Testing

@testable import Jobs

@Suite struct JobSetTests {
    /// Every file of the folder is wrong in its own way; the whole output is the expectation.
    @Test func aFolderOfBadFilesTellsEverythingThatIsWrong() throws {
        let folder = Fixture.path("bad-jobs")
        let expected = try Fixture.text("\(folder)/expected.txt")
        let error = #expect(throws: JobFilesError.self) { try JobSet.load(path: folder, environment: [:]) }
        let found = (error?.description ?? "").replacing("\(folder)/", with: "") + "\n"
        #expect(found == expected)
    }

    @Test func aFolderOfGoodFilesLoadsEveryJobAndAccount() throws {
        let set = try JobSet.load(path: Fixture.path("good-jobs"), environment: ["HOME": "/home/ada"])
        #expect(set.jobs.map(\.name) == ["full", "smallest", "snapshots"])
        #expect(set.accounts.map(\.name) == ["default", "china", "local"])
        #expect(try set.jobs.map { try set.account(of: $0).name } == ["china", "default", "local"])
        #expect(set.accounts[0].password == .file(Fixture.path("good-jobs/secrets/octoparse")))
        #expect(set.accounts[1].caFile == "/home/ada/ca.pem")
        #expect(set.accounts[1].baseURL.text == "https://dataapi.bazhuayu.com")
        #expect(set.accounts[1].username == "0042")
        #expect(set.accounts[2].password == .command(.shell("cat /run/secrets/octoparse | head -n 1")))
        #expect(set.accounts[2].host == "10.0.0.7:8077")
    }

    @Test func aPathToOneFileReadsItWithTheAccountsBesideIt() throws {
        let set = try JobSet.load(path: Fixture.path("good-jobs/full.yaml"), environment: [:])
        #expect(set.jobs.map(\.name) == ["full"])
        #expect(set.accounts.count == 3)
        let accounts = try JobSet.load(path: Fixture.path("good-jobs/accounts.yaml"), environment: [:])
        #expect(accounts.jobs.isEmpty && accounts.accounts.count == 3)
    }

    @Test func theSampleJobsLoadWithNothingInTheEnvironmentAndRunWithThePasswordAlone() async throws {
        let set = try JobSet.load(path: "\(Fixture.repository)/jobs", environment: [:])
        let job = try #require(set.jobs.first { $0.name == "weather" })
        #expect(job.tasks.ids == ["b1d51de6-f644-4a26-b659-d001fe527f4c"])
        #expect(job.window.count == 10)
        let firings = Array(job.schedule.firings(after: Date(timeIntervalSince1970: 0)).prefix(3))
        #expect(firings.map(\.timeIntervalSince1970) == [10, 20, 30])
        let account = try set.account(of: job)
        #expect(account.storageClock.zoneName == "UTC")
        #expect(account.baseURL.text == "http://127.0.0.1:8077" && account.username == "sandbox")
        #expect(try await account.password(environment: ["OCTOPARSE_PASSWORD": "sandbox"]) == "sandbox")
    }

    @Test func theCommentedExampleIsAGoodJob() throws {
        let text = try Fixture.text("\(Fixture.repository)/jobs/hourly.yaml.example")
        let job = try Fixture.job(text, name: "hourly")
        #expect(job.rules == TakingRules())
        // Every line that is commented out is right as well.
        let commented = text.split(separator: "\n").map { line in
            let isKey = line.hasPrefix("# ") && line.dropFirst(2).contains(":") && line.contains(/^# +[a-z-]+[a-z_: ]/)
            return isKey ? line.dropFirst(2) : line
        }
        let opened = commented.drop { !$0.hasPrefix("account:") }.joined(separator: "\n")
        let whole = try Fixture.job(opened, name: "hourly")
        #expect(
            whole.notify.failure != nil && whole.hooks.failure != nil && whole.keep != nil && !whole.overrides.isEmpty)
        #expect(whole.start != nil && whole.tasks.groups == .some(["84"]))
    }

    @Test func withoutAnAccountFileTheEnvironmentsAccountIsUsedOnceItIsNeeded() async throws {
        try await Fixture.withFolder { folder in
            try Fixture.write("tasks: [a]\nschedule: '@hourly'\n", to: "\(folder)/a.yaml")
            let bare = try JobSet.load(path: folder, environment: [:])
            #expect(bare.accounts.isEmpty)
            let error = #expect(throws: JobFilesError.self) { try bare.account(of: bare.jobs[0]) }
            #expect(error?.problems.map(\.key) == ["OCTOPARSE_PASSWORD", "OCTOPARSE_USERNAME"])

            let credentials = ["OCTOPARSE_USERNAME": "ada", "OCTOPARSE_PASSWORD": "p"]
            let ready = try JobSet.load(path: folder, environment: credentials)
            #expect(try ready.account(of: ready.jobs[0]).username == "ada")

            let wrong = #expect(throws: JobFilesError.self) {
                try JobSet.load(path: folder, environment: ["OCTOPARSE_TIME_ZONE": "Mars"])
            }
            #expect(wrong?.problems.map(\.key) == ["OCTOPARSE_TIME_ZONE"])

            try Fixture.write("tasks: [b]\nschedule: '@hourly'\naccount: defualt\n", to: "\(folder)/b.yaml")
            let unknown = #expect(throws: JobFilesError.self) {
                try JobSet.load(path: folder, environment: credentials)
            }
            #expect(
                unknown?.description == "\(folder)/b.yaml:3:10: account: there is no account 'defualt' "
                    + "(expected default, since there is no accounts.yaml); did you mean 'default'?")
        }
    }

    @Test(arguments: [
        (["accounts.yaml": "default: {username: a, password_env: P}"], ": the folder holds no job"),
        ([:], ": the folder holds no job"),
        (
            ["a.yaml": "tasks: [a]\nschedule: '@daily'", "a.yml": "tasks: [b]\nschedule: '@daily'"],
            "/a.yml: another file is the job 'a' (expected one; the other is "
        ),
        (
            [
                "a.yaml": "tasks: [a]\nschedule: '@daily'", "accounts.yml": "default: {username: a, password_env: P}",
                "accounts.yaml": "default: {username: a, password_env: P}",
            ],
            "/accounts.yaml: there is another account file, "
        ),
    ])
    func aFolderThatCannotBeMeantIsRefused(files: [String: String], message: String) async throws {
        try await Fixture.withFolder { folder in
            for (name, text) in files { try Fixture.write(text, to: "\(folder)/\(name)") }
            let error = #expect(throws: JobFilesError.self) { try JobSet.load(path: folder, environment: [:]) }
            #expect(error?.problems.count == 1)
            #expect(error?.description.hasPrefix(folder + message) == true)
        }
    }

    @Test func whatIsNoFileOfASensibleSizeIsRefusedWithoutReadingIt() async throws {
        try await Fixture.withFolder { folder in
            try #require(mkfifo("\(folder)/pipe.yaml", 0o600) == 0)
            try Fixture.write(String(repeating: "# long\n", count: 160_000), to: "\(folder)/huge.yaml")
            try FileManager.default.createDirectory(
                atPath: "\(folder)/folder.yaml", withIntermediateDirectories: false)
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/dangling.yaml", withDestinationPath: "\(folder)/nowhere")
            let error = #expect(throws: JobFilesError.self) { try JobSet.load(path: folder, environment: [:]) }
            #expect(
                error?.problems.map { $0.description.replacing("\(folder)/", with: "") } == [
                    "dangling.yaml: there is no such file",
                    "huge.yaml:1:1: the file is too large (expected at most 1024 KiB)",
                    "pipe.yaml: this is no file (expected a file of text)",
                ])
            let missing = #expect(throws: JobFilesError.self) {
                try JobSet.load(path: "\(folder)/no", environment: [:])
            }
            #expect(missing?.problems.map(\.code) == [.unreadable])
        }
    }

    @Test func aProblemIsOneJSONObjectWithEveryKey() throws {
        let problem = Fixture.problems("tasks: [a]\nschedule: '@daily'\nwindow: 0s")[0]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = String(decoding: try encoder.encode(problem), as: UTF8.self)
        #expect(
            json == #"{"code":"bad-value","column":9,"expected":"a duration of at least 1s, such as 1h","#
                + #""file":"jobs/weather.yaml","hint":null,"key":"window","line":3,"message":"'0s' is too short"}"#)
    }
}
