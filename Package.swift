// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A target of our own: one folder under `Sources`, with the settings that all of them share.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one target, in a folder that mirrors it.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: dependencies, swiftSettings: settings)
}

let algorithms: Target.Dependency = .product(name: "Algorithms", package: "swift-algorithms")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// The commit that is built, for `--version`. Whoever builds says it: this file's outcome is kept between builds, so
/// that a commit that was looked up here would be that of an earlier build.
let commit = String((Context.environment["OCTOVAULT_COMMIT"] ?? "").filter(isOfCommit).prefix(64))

/// Whether a C string holds the character as it is.
func isOfCommit(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "-.+".contains(character))
}

let package = Package(
    name: "octovault",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "octovault", targets: ["octovault"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-algorithms.git", from: "1.2.1"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2"),
    ],
    targets: [
        library("StorageTime", ["Spelling", algorithms]),
        library("Records", ["StorageTime"]),
        // No other target depends on it: it is compiled again with each commit, and whatever depends on it as well.
        .target(name: "CBuild", cSettings: [.define("OCTOVAULT_COMMIT", to: "\"\(commit)\"")]),
        library("Secrets"),
        library("Cron", ["Spelling", algorithms]),
        library("Spelling"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["libz-dev"])]),
        library("Gzip", ["CZlib"]),
        library("RowJSON"),
        library(
            "OctoparseAPI",
            [
                "StorageTime", "Records", "Secrets", "RowJSON", "Gzip", asyncHTTPClient, nioCore, nioPosix, nioHTTP1,
                nioSSL, logging,
            ]),
        .systemLibrary(name: "CSHA", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        library("Archive", ["StorageTime", "Records", "Gzip", "RowJSON", "CSHA", algorithms]),
        library("Catalog", ["StorageTime", "Records", "CSQLite", grdb, algorithms]),
        library(
            "Jobs",
            ["Cron", "StorageTime", "Records", "Secrets", "Spelling", yams, subprocess, systemPackage, algorithms]),
        library("Vault", ["StorageTime", "Records", "Gzip", "RowJSON", "Archive", "Catalog", algorithms]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        library("Restore", ["StorageTime", "Records", "Spelling", "RowJSON", "Gzip", "Archive", "Vault", "CSQLite"]),
        library("Scheduler", ["Jobs", "Cron", "StorageTime", "Secrets", serviceLifecycle, unixSignals, logging]),
        library(
            "Snapshots",
            [
                "StorageTime", "Records", "RowJSON", "OctoparseAPI", "Archive", "Catalog", "Vault", "Jobs", logging,
                algorithms,
            ]),
        library(
            "Sandbox",
            [
                "StorageTime", "Records", "Gzip", "Spelling", hummingbird, httpTypes, nioCore, nioPosix,
                serviceLifecycle, logging, algorithms,
            ]),
        library(
            "Operations",
            [
                "StorageTime", "Records", "Secrets", "Spelling", "Cron", "Gzip", "RowJSON", "OctoparseAPI", "Archive",
                "Catalog", "Jobs", "Vault",
                "Restore", "Snapshots", "Scheduler", logging, serviceLifecycle, unixSignals, algorithms,
            ]),
        library(
            "StatusServer",
            [
                "StorageTime", "Records", "Spelling", "Archive", "Catalog", "Vault", "Operations", hummingbird,
                httpTypes, mustache, nioCore, serviceLifecycle, logging,
            ]),
        .executableTarget(
            name: "octovault",
            dependencies: [
                "CBuild", "StorageTime", "Records", "Secrets", "Spelling", "Cron", "Gzip", "RowJSON", "OctoparseAPI",
                "Archive", "Catalog", "Jobs", "Vault", "Restore", "Snapshots", "Scheduler", "Sandbox", "Operations",
                "StatusServer", argumentParser, logging, serviceLifecycle, unixSignals,
            ],
            swiftSettings: settings),

        .target(
            name: "TestSupport", dependencies: ["StorageTime", "Records", "Archive", "Catalog", "CSQLite"],
            path: "Tests/Support", swiftSettings: settings),
        tests("Records", ["Records", "StorageTime"]),
        tests("StorageTime", ["StorageTime", "TestSupport"]),
        tests("Secrets", ["Secrets", "TestSupport"]),
        tests("Cron", ["Cron", "TestSupport"]),
        tests("Spelling", ["Spelling"]),
        tests("Gzip", ["Gzip", "TestSupport"]),
        tests("RowJSON", ["RowJSON", "TestSupport"]),
        tests(
            "OctoparseAPI",
            [
                "OctoparseAPI", "StorageTime", "Records", "Secrets", "RowJSON", "Gzip", "Sandbox", "TestSupport",
                nioCore, nioPosix, nioHTTP1, nioSSL, logging,
            ]),
        tests("Archive", ["Archive", "StorageTime", "Records", "Gzip", "RowJSON", "TestSupport"]),
        tests("Catalog", ["Catalog", "StorageTime", "Records", "CSQLite", "TestSupport", grdb]),
        tests("Jobs", ["Jobs", "Cron", "StorageTime", "Records", "Secrets", "Spelling", "TestSupport"]),
        tests("Vault", ["Vault", "Archive", "Catalog", "StorageTime", "Records", "RowJSON", "Gzip", "TestSupport"]),
        tests("Restore", ["Restore", "Archive", "Vault", "StorageTime", "Records", "RowJSON", "Gzip", "TestSupport"]),
        tests(
            "Snapshots",
            [
                "Snapshots", "OctoparseAPI", "Vault", "Archive", "Catalog", "Jobs", "StorageTime", "Records", "RowJSON",
                "Gzip",
                "Restore", "TestSupport", grdb,
            ]),
        tests(
            "Sandbox",
            [
                "Sandbox", "StorageTime", "Records", "Gzip", "TestSupport", hummingbird, hummingbirdTesting, httpTypes,
                nioCore,
                serviceLifecycle,
                logging, subprocess, systemPackage,
            ]),
        tests(
            "Scheduler",
            [
                "Scheduler", "Jobs", "Cron", "StorageTime", "Secrets", "TestSupport", serviceLifecycle, unixSignals,
                logging,
            ]),
        tests(
            "Operations",
            [
                "Operations", "StorageTime", "Records", "Cron", "OctoparseAPI", "RowJSON", "Archive", "Catalog", "Jobs",
                "Vault",
                "Snapshots", "Scheduler", "TestSupport", logging, unixSignals,
            ]),
        tests(
            "StatusServer",
            [
                "StatusServer", "Operations", "StorageTime", "Records", "Spelling", "Archive", "Catalog", "Jobs",
                "Vault",
                "TestSupport", hummingbird, hummingbirdTesting, httpTypes, nioCore, logging, subprocess, systemPackage,
            ]),
        tests(
            "octovault",
            [
                "octovault", "Operations", "StorageTime", "Records", "Cron", "OctoparseAPI", "Catalog", "Jobs", "Vault",
                "Restore", "Snapshots", "TestSupport", argumentParser,
            ]),
        tests(
            "Fuzz",
            ["RowJSON", "Gzip", "Archive", "Cron", "Jobs", "Restore", "StorageTime", "Records", "TestSupport"]),
        tests(
            "EndToEnd",
            [
                "octovault", "OctoparseAPI", "Snapshots", "Sandbox", "Vault", "Catalog", "Archive", "Jobs", "Restore",
                "Operations",
                "StorageTime", "Records", "Gzip", "CSQLite", "TestSupport", logging, subprocess, systemPackage, nioCore,
                nioPosix,
                nioSSL,
            ]),
    ]
)
