package import Jobs
package import Logging
import Foundation
import OctoparseAPI
import Scheduler
import Secrets

/// A test notice to each of those who are told of jobs.
package struct NoticeTrial: Sendable {
    /// What came of one.
    package struct Result: Sendable, Hashable {
        package let job: String
        /// `failure`, `ntfy`.
        package let target: String
        /// Where it is, without any secret.
        package let place: String
        /// Why it failed, without any secret; nil where it was delivered.
        package let failure: String?

        package var json: OrderedJSON {
            .object([
                "job": .text(job), "target": .text(target), "place": .text(place),
                "delivered": .boolean(failure == nil), "reason": .text(failure),
            ])
        }
    }

    private let environment: [String: String]
    private let logger: Logger

    package init(environment: [String: String], logger: Logger) {
        self.environment = environment
        self.logger = logger
    }

    /// Sends to one after the other, each once, in the order of the jobs and of their files.
    package func run(_ jobs: [Job], _ report: (Result) throws -> Void) async throws -> ExitStatus {
        let poster = WebhookPoster(environment: environment, secrets: .process, logger: logger)
        let notifier = WebhookNotifier(
            poster: poster, apprise: Apprise(environment: environment, secrets: .process))
        var status = ExitStatus.done
        do {
            for job in jobs {
                for target in NoticeTarget.all(of: job) {
                    let failure = try await failure(job, target, notifier)
                    if failure != nil { status = .unavailable }
                    try report(Result(job: job.name, target: target.name, place: target.place, failure: failure))
                }
            }
        } catch {
            await poster.shutdown()
            throw error
        }
        await poster.shutdown()
        return status
    }

    private func failure(_ job: Job, _ target: NoticeTarget, _ notifier: WebhookNotifier) async throws -> String? {
        let body = OrderedJSON.object(["job": .text(job.name), "event": .text("test"), "outcome": .text("test")]).line
        let test = Announcement(
            event: .test, job: job.name, body: String(decoding: body, as: UTF8.self),
            title: "octovault: a test of job \(job.name)", text: "This is a test. Nothing happened.")
        do {
            switch target.way {
            case .address(let url, _): try await notifier.post(url: url, body: Array(test.body.utf8))
            case .service(let service): try await notifier.tell(service, test)
            }
            return nil
        } catch let error as CancellationError {
            throw error
        } catch {
            return "\(error)"
        }
    }
}
