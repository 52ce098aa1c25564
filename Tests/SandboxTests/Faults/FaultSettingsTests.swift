import Records
import Sandbox
import Testing

/// How faults are written, on the command line and in JSON.
@Suite struct FaultSettingsTests {
    @Test(arguments: [
        ("reset-before", FaultPlan.Rule(Fault(.resetBefore))),
        ("latency:seconds=0.5:jitter=2:rate=0.1", .init(Fault(.latency, seconds: 0.5, jitter: 2), rate: 0.1)),
        (
            "too-many-requests:retry-after=date:seconds=2.5:next=3:endpoints=all+token",
            .init(Fault(.tooManyRequests, seconds: 2.5, text: "date"), endpoints: [.all, .token], count: 3)
        ),
        ("proxy-error:status=503:requests=5-9", .init(Fault(.proxyError, status: 503), requests: 5...9)),
        (
            "redirect:location=http://other.test:8080/a?b=c:status=307",
            .init(Fault(.redirect, status: 307, text: "http://other.test:8080/a?b=c"))
        ),
        ("redirect:location=:next=1", .init(Fault(.redirect, text: ""), count: 1)),
        ("spaces-bomb:bytes=5:skip=2:every=4", .init(Fault(.spacesBomb, amount: 5), skip: 2, every: 4)),
        ("token-revoked:from_page=2", .init(Fault(.tokenRevoked), fromPage: 2)),
        ("date-skewed:seconds=-60", .init(Fault(.dateSkewed, seconds: -60))),
        ("grant-refused", .init(Fault(.grantRefused), endpoints: [.token])),
        ("interval-ignored:edge=to", .init(Fault(.intervalIgnored, text: "to"), endpoints: [.storageTime])),
    ])
    func aFaultIsReadFromItsText(text: String, rule: FaultPlan.Rule) throws {
        #expect(try FaultPlan.Rule(parsing: text) == rule)
    }

    @Test(arguments: [
        ("reset-befor", "there is no fault 'reset-befor'", "did you mean 'reset-before'? kinds are reset-before, "),
        ("", "there is no fault ''", "kinds are reset-before, "),
        ("nothing-like-it-at-all", "there is no fault", "kinds are "),
        ("latency:secnds=1", "no setting 'secnds'", "did you mean 'seconds'? settings are seconds, jitter, rate, "),
        ("latency:status=500", "no setting 'status'", "settings are seconds"),
        ("latency:0.5", "'0.5' is not written key=value", "KIND[:key=value…]"),
        ("latency:rate=often", "'rate' is a number, not 'often'", ""), ("latency:rate=1.1", "0 to 1", ""),
        ("latency:rate=nan", "'rate' is outside", ""), ("latency:seconds=-1", "'seconds' is outside", ""),
        ("latency:next=1:count=2", "'count' is set twice", ""), ("latency:next=1.5", "whole number", ""),
        ("latency:every=0", "'every' is outside", ""), ("latency:requests=9-5", "written 5-9", ""),
        ("latency:requests=0-5", "written 5-9", ""), ("latency:requests=-5", "written 5-9", ""),
        ("latency:requests=1-2-3", "written 5-9", ""), ("server-error:status=99", "200 to 599", ""),
        ("latency:endpoints=tokn", "no endpoint 'tokn'", "did you mean 'token'? endpoints are all, "),
        ("latency:endpoints=control", "no endpoint 'control'", "endpoints are"),
        ("edges-left-out:endpoints=token", "no endpoint named", "endpoints are storage-time"),
        ("latency:endpoints=", "no endpoint named", ""), ("interval-ignored:edge=left", "both, from, to", ""),
        ("too-many-requests:retry-after=1\r\nX: y", "control character", ""),
        ("rate-limit:limit=99999999999999999999", "'limit' is outside", ""),
    ])
    func aTextThatIsNoFaultIsRefusedWithWhatIsNear(text: String, message: String, hint: String) {
        #expect {
            try FaultPlan(parsing: ["reset-before", text])
        } throws: { error in
            guard let error = error as? SandboxError else { return false }
            return error.code == .badFaults && error.message.contains(message)
                && (hint.isEmpty || error.hint?.contains(hint) == true)
        }
    }

    @Test(arguments: Fault.Kind.allCases) func everyKindIsReadWithItsDefaultsAndSaysWhatItDoes(kind: Fault.Kind) throws
    {
        #expect(kind.summary.hasSuffix("."))
        #expect(!kind.usualEndpoints.isEmpty)
        #expect(try FaultPlan.Rule(parsing: kind.rawValue) == .init(Fault(kind)))
        let json = #"{"faults":[{"fault":"\#(kind.rawValue)"}]}"#
        #expect(try FaultPlan(json: Array(json.utf8)).rules == [.init(Fault(kind))])
        // What the list of faults prints as a default can be written.
        let settings = kind.parameters.map { ":\($0.name)=\($0.fallback)" }.joined()
        #expect(try FaultPlan.Rule(parsing: kind.rawValue + settings).fault.kind == kind)
    }

    @Test func faultsAreReadFromJSON() throws {
        let json = """
            {"seed":3,"faults":["latency:seconds=1:every=2",
              {"fault":"too-many-requests","retry-after":"date","seconds":2.5,"skip":1,"count":3,"endpoints":["all","token"]},
              {"fault":"too-many-requests","retry_after":0,"requests":"2-3","rate":null},
              {"fault":"proxy-error","status":503,"rate":0.25},{"fault":"grant-refused"}]}
            """
        let plan = try FaultPlan(json: Array(json.utf8))
        #expect(plan.seed == 3)
        #expect(
            plan.rules == [
                .init(Fault(.latency, seconds: 1), every: 2),
                .init(
                    Fault(.tooManyRequests, seconds: 2.5, text: "date"), endpoints: [.all, .token], skip: 1, count: 3),
                .init(Fault(.tooManyRequests, text: "0"), requests: 2...3),
                .init(Fault(.proxyError, status: 503), rate: 0.25),
                .init(Fault(.grantRefused), endpoints: [.token]),
            ])
        #expect(try FaultPlan(json: Array("{}".utf8)).rules == [])
    }

    @Test(arguments: [
        (#"{"faults":[{"fault":"gremlins"}]}"#, "gremlins"), (#"{"faults":[{"count":1}]}"#, "'fault' is missing"),
        (#"{"faults":[{"fault":"latency","rate":2}]}"#, "'latency' cannot be set: 'rate' is outside"),
        (#"{"faults":[{"fault":"latency","count":-1}]}"#, "'count' is outside"),
        (#"{"faults":[{"fault":"latency","seconds":"x"}]}"#, "seconds"), (#"{"faults":{}}"#, "faults"),
        (#"{"faults":["latency:rat=1"]}"#, "no setting 'rat'"), (#"{"fault":[]}"#, "fault"),
        (#"{"faults":[{"fault":"latency","seconds":true}]}"#, "a number, a text or a list"),
        (#"{"faults":[{"fault":"latency","seconds":[]}]}"#, "'seconds' is a number"),
        (#"{"faults":[7]}"#, "faults"), (#"{"seed":-1}"#, "seed"), (#"{"seed":"x"}"#, "seed"), ("nonsense", ""),
        ("", ""), ("[]", ""),
    ])
    func faultsThatCannotBeReadAreNamed(json: String, naming: String) {
        #expect {
            try FaultPlan(json: Array(json.utf8))
        } throws: { error in
            guard let error = error as? SandboxError else { return false }
            return error.code == .badFaults && (naming.isEmpty || error.message.contains(naming))
        }
    }
}
