import Foundation
import Testing

@testable import Jobs

@Suite struct EffectiveValueTests {
    private func set() throws -> JobSet {
        try JobSet.load(path: Fixture.path("good-jobs"), environment: ["HOME": "/home/ada"])
    }

    @Test func aShownJobHasEveryDefaultAndNoSecret() throws {
        let full = try #require(set().jobs.first { $0.name == "full" })
        #expect(
            full.effective.yaml == """
                account: china
                tasks:
                  - 4c9b8f0a-1b1e-4c55-9a3e-6d9a7c2d1e0f
                  - "shop 42"
                  - "1007"
                  - {name: "Shop *"}
                  - {name: "Price of ?"}
                  - {name: "*outlet*"}
                groups: ["84", "summer sale"]
                source: storage-time
                schedule: "H(0-29) 2 * * MON-FRI"
                time_zone: Europe/Berlin
                window: 1d
                settle: 90m
                recheck: 1w
                recheck_rows: true
                proof: totals
                start: "2026-11-01 06:00:00"
                page_size: 500
                concurrency: 8
                timeout: 2h
                hook_timeout: 2h
                overlap: queue
                notify:
                  start: "https://hc-ping.com/***"
                  success: "https://hc-ping.com/***"
                  failure: "http://monitor.example.com:8080/***"
                  after_failures: 1
                hooks:
                  success: "/usr/local/bin/loaded ***"
                  failure: "jq ***"
                # metrics_file: not set
                # copies: not set
                keep:
                  within: 732d
                overrides:
                  - {tasks: [{name: "Shop *"}], window: 1h, settle: 15m}
                  - {tasks: ["shop 42"], page_size: 1000, keep: {within: 90d}}

                """)
    }

    @Test func aShownJobOfAnotherSourceHasNoKeysOfWindows() throws {
        let job = try #require(set().jobs.first { $0.name == "snapshots" })
        #expect(
            job.effective.json
                == #"{"account":"local","groups":"all","source":"last-extraction","schedule":"@daily","time_zone":"UTC","#
                + #""page_size":1000,"concurrency":4,"timeout":"30m","hook_timeout":"30m","overlap":"skip","notify":null,"hooks":null,"#
                + #""metrics_file":null,"copies":null,"keep":{"within":"2d","last":3,"hourly":24,"daily":7,"weekly":4,"monthly":12,"yearly":5},"overrides":null}"#
        )
    }

    @Test func aShownAccountHasEveryDefaultAndNoSecret() throws {
        let accounts = try set().accounts
        #expect(
            accounts[1].effective.yaml == """
                base_url: "https://dataapi.bazhuayu.com"
                api: data-export
                username: "0042"
                password_command: "pass ***"
                time_zone: Asia/Shanghai
                interval: half-open
                # unexported: not set
                requests_per_second: 0.5
                allow_http: false
                ca_file: /home/ada/ca.pem

                """)
        #expect(accounts[0].effective["requests_per_second"]?.json == "5")
    }

    /// What is shown can be used as a file, and means the same: all but the masked addresses and commands.
    @Test func whatIsShownReadsAsAFileWithTheSameMeaning() throws {
        for job in try set().jobs {
            let again = try Fixture.job(job.effective.yaml, name: job.name)
            #expect(again.effective == job.effective)
            #expect(again.tasks == job.tasks && again.rules == job.rules && again.overrides == job.overrides)
            #expect(again.schedule == job.schedule && again.timeZone == job.timeZone)
        }
        let accounts = try set().accounts.map {
            "\($0.name):\n" + $0.effective.yaml.split(separator: "\n").map { "  \($0)\n" }.joined()
        }
        #expect(Fixture.accountProblems(accounts.joined()) == [])
    }

    @Test func theWholeSetIsOneJSONDocument() throws {
        let set = try set()
        let document = try JSONSerialization.jsonObject(with: Data(set.effective.json.utf8)) as? [String: [String: Any]]
        #expect(document?["jobs"]?.keys.sorted() == ["full", "smallest", "snapshots"])
        #expect(document?["accounts"]?.keys.sorted() == ["china", "default", "local"])
        for secret in ["7c9a1f5e", "key=secret", "--quiet", "first_error"] {
            #expect(!set.effective.json.contains(secret) && !set.effective.yaml.contains(secret))
        }
    }

    @Test(arguments: [
        "", "no", "~", "null", "12", "1e3", "- x", "a: b", "a #b", "*x", "&x", "@x", "é", "\"\\\n\t\u{1}\u{85}\u{2028}",
        "'", "-", "...", "0x1F", "true", "x y", "https://h/…", "\u{FEFF}",
    ])
    func anyTextSurvivesBeingShown(text: String) throws {
        let value = EffectiveValue.mapping([.init("key", .text(text)), .init("list", .list([.text(text)]))])
        let log = ProblemLog(file: "f")
        let root = try #require(YAMLReader.read(SourceText(Array(value.yaml.utf8)), log: log))
        #expect(log.problems == [])
        guard case .mapping(let entries) = root.kind, case .scalar(let scalar) = entries[0].value.kind,
            case .sequence(let items) = entries[1].value.kind, case .scalar(let item) = items[0].kind
        else {
            Issue.record("\(value.yaml) has another shape")
            return
        }
        #expect(
            scalar.text == text && item.text == text && !scalar.isNull && (!scalar.isPlain || scalar.typeName == "text")
        )
        let json = try JSONSerialization.jsonObject(with: Data(value.json.utf8)) as? [String: Any]
        #expect(json?["key"] as? String == text)
    }
}
