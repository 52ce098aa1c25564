package import Vault

extension Damage {
    package var json: OrderedJSON {
        .object([
            "manifest": .text(manifest), "code": .text(code.rawValue), "message": .text(message), "hint": .text(hint),
        ])
    }
}
