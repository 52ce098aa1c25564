import Testing

@testable import StatusServer

/// Whoever cannot see a page hears what each picture shows and what each control does.
@Suite struct AccessibleNamesTests {
    /// A vault that fills every part of every page.
    static func full() throws -> GeneratedVault { try shared.get() }

    private static let shared = Result { try make() }

    private static func make() throws -> GeneratedVault {
        let vault = try GeneratedVault.small(isShared: true)
        try vault.addCapture("weather")
        try vault.addRun("hourly", minutesAgo: 1, outcome: "running")
        return vault
    }

    static let paths = [
        "/", "/runs", "/runs?page=2", "/runs/1", "/tasks/storage-time/weather", "/tasks/storage-time/weather?page=2",
        "/tasks/all/weather", "/nowhere",
    ]

    @Test(arguments: paths) func everyPictureAndControlHasAName(path: String) async throws {
        let page = String(decoding: try await Self.full().site().answer(path).body, as: UTF8.self)
        let elements = Markup(page).elements
        let pictures = elements.filter { $0.tag.name == "svg" && $0.tag["aria-hidden"] != "true" }
        for picture in pictures {
            #expect(picture.tag["role"] == "img", "\(path): a picture that is not told as one")
            #expect(picture.children.first?.tag.name == "title" && picture.children.first?.text.isEmpty == false)
        }
        #expect(pictures.isEmpty != (path == "/" || path.hasPrefix("/tasks/")), "\(path)")
        let named = ["a", "h1", "h2", "dt", "th", "code", "li", "figcaption", "title", "summary"]
        for element in elements where named.contains(element.tag.name) && element.tag["tabindex"] != "-1" {
            #expect(element.text.contains { !$0.isWhitespace }, "\(path): <\(element.tag.name)> says nothing")
        }
        let told = elements.filter { element in
            ["nav", "section", "table"].contains(element.tag.name)
                || element.tag["tabindex"] == "0" && !named.contains(element.tag.name)
        }
        for element in told {
            let label = element.tag["aria-labelledby"].map { id in
                elements.first { $0.tag["id"] == id }?.text ?? ""
            }
            #expect(
                (element.tag["aria-label"] ?? label)?.isEmpty == false, "\(path): a \(element.tag.name) without name")
        }
        // What a label refers to is there once.
        let ids = elements.compactMap { $0.tag["id"] }
        #expect(Set(ids).count == ids.count, "\(path): \(ids)")
        #expect(elements.count { $0.tag.name == "main" } == 1 && elements.contains { $0.tag.name == "h1" })
        #expect(elements.first { $0.tag.name == "html" }?.tag["lang"] == "en")
    }

    @Test func whatIsScrolledOrCopiedIsReachedByKeyboard() async throws {
        let page = String(
            decoding: try await Self.full().site().answer("/tasks/storage-time/weather").body, as: UTF8.self)
        let commands = Markup(page).elements.filter { $0.tag["class"] == "copy" }
        #expect(!commands.isEmpty && commands.allSatisfy { $0.tag["tabindex"] == "0" })
    }
}
