import Foundation
import Synchronization
import TestSupport

/// Answers as an API that means harm: its totals, dates and lists are whatever the dice say, in the form of sound
/// answers.
final class HostileServer: Sendable {
    /// How totals are made up, one way a server.
    enum Manner: CaseIterable, Sendable {
        /// Few rows, all of them there.
        case honest
        /// The same large total for all queries, with a full page each time.
        case endless
        /// Another total each time.
        case restless
        /// No rows for what is promised.
        case empty
    }

    private let dice: Mutex<SeededGenerator>
    private let manner: Manner
    private let large: String
    private let isDated: Bool

    init(dice: SeededGenerator) {
        var dice = dice
        manner = Manner.allCases.randomElement(using: &dice) ?? .honest
        // A total that nobody believes is asked for again, with waits: rarely.
        let isAbsurd = Int.random(in: 0..<6, using: &dice) == 0
        large =
            (isAbsurd ? EdgeNumbers.counts : ["1000000000000", "999999999999999", "1000000000000000", "3", "11"])
            .randomElement(using: &dice) ?? "0"
        isDated = Bool.random(using: &dice)
        self.dice = Mutex(dice)
    }

    func reply(to request: DoorServer.Request) -> Reply {
        let path = request.path.lowercased()
        switch path {
        case "/token":
            let life = pick(["86399", "\"60\"", "9223372036854775807", "1e308", "-1", "null", "\"x\""])
            return .json(#"{"access_token":"a","token_type":"bearer","expires_in":\#(life),"refresh_token":"r"}"#)
        case "/api/taskgroup":
            let id = pick(["84", "9223372036854775807", "\"x\"", "1e308"])
            return .json(#"{"data":[{"taskGroupId":\#(id),"taskGroupName":"g"}],"error":"success"}"#)
        case "/api/task": return .json(#"{"data":[{"taskId":"t","taskName":"T"}],"error":"success"}"#)
        default: return page(query(request.line))
        }
    }

    private func page(_ query: [String: String]) -> Reply {
        let size = Int(query["pagesize"] ?? query["size"] ?? "1") ?? 1
        let index = Int(query["pageindex"] ?? "1") ?? 1
        let isInstant = query["from"] != nil && query["from"] == query["to"]
        let isNowhere = query["from"].map { $0.hasPrefix("2999") || $0.hasPrefix("1970") } ?? false
        var (total, rows) = ("0", 0)
        switch isNowhere ? .honest : manner {
        case .honest:
            total = isNowhere || isInstant ? "0" : "3"
            rows = isNowhere || isInstant ? 0 : max(0, min(size, 3 - (index - 1) * size))
        case .endless: (total, rows) = (large, size)
        case .restless:
            total = pick(["0", "1", "2", "12", large])
            rows = number(below: size + 1)
        case .empty: (total, rows) = (large, 0)
        }
        let list = (0..<rows).map { #"{"n":"\#(index)-\#($0)"}"# }.joined(separator: ",")
        let body = #"{"data":{"total":\#(total),"currentTotal":\#(rows),"dataList":[\#(list)]},"error":"success"}"#
        guard isDated else { return .json(body) }
        let date = pick([
            "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT",
            "Sat, 28 Nov 2026 11:00:00 GMT", "soon",
        ])
        return .json(body, headers: ["Date: \(date)", "Retry-After: 99999999999999999999"])
    }

    private func query(_ line: String) -> [String: String] {
        let target = line.split(separator: " ").dropFirst().first ?? ""
        let pairs = target.drop { $0 != "?" }.dropFirst().split(separator: "&").map {
            $0.split(separator: "=", maxSplits: 1)
        }
        return pairs.reduce(into: [:]) { query, pair in
            query[pair[0].lowercased()] = pair.count > 1 ? String(pair[1]) : ""
        }
    }

    private func pick(_ choices: [String]) -> String { dice.withLock { choices.randomElement(using: &$0) ?? "0" } }

    private func number(below limit: Int) -> Int { dice.withLock { Int.random(in: 0..<limit, using: &$0) } }
}
