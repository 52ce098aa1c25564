import Foundation

/// HTTP's basic authorization, of one user.
struct BasicAuthorization: Sendable {
    static let user = "octovault"
    private let expected: [UInt8]

    init(password: String) { expected = Array("\(Self.user):\(password)".utf8) }

    /// Whether a header carries the user and the password. Takes as long whatever is wrong with it.
    func allows(_ header: String?) -> Bool {
        guard let header, header.utf8.count <= 8192, header.prefix(6).lowercased() == "basic " else { return false }
        let text = header.dropFirst(6).trimmingCharacters(in: .whitespaces)
        guard let given = Data(base64Encoded: text).map(Array.init) else { return false }
        var difference = UInt8(given.count == expected.count ? 0 : 1)
        for (index, byte) in given.enumerated() { difference |= byte ^ expected[index % max(1, expected.count)] }
        return difference == 0
    }
}
