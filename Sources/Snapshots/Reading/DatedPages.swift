import OctoparseAPI
import Records

/// Pages whose `Date` headers are learnt from, so that a clock that is set back, ours or the server's, is noticed
/// within a run.
struct DatedPages: PageSource {
    let pages: any PageSource
    let serverNow: ServerNow

    func page(_ query: PageQuery, index: Int, size: Int) async throws -> Page {
        let page = try await pages.page(query, index: index, size: size)
        serverNow.learn(page.serverDate)
        return page
    }

    func unexported(task: String, size: Int) async throws -> Page {
        let page = try await pages.unexported(task: task, size: size)
        serverNow.learn(page.serverDate)
        return page
    }
}
