import Foundation
import Sandbox
import StorageTime
import TestSupport
import Testing

/// A copy in a bucket of a local S3 server, plain and encrypted: the built program, rclone, and what reads it in place.
///
/// The server is PyPI's moto, in the Python that `OCTOVAULT_TEST_PYTHON` names; without it, or without rclone, the
/// tests are passed over.
@Suite(.fewAtATime) struct ObjectStoreTests {
    static let python = ProcessInfo.processInfo.environment["OCTOVAULT_TEST_PYTHON"]
        .flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil }

    enum Place: String, CaseIterable, CustomTestStringConvertible {
        case plain, encrypted
        var testDescription: String { rawValue }
        var remote: String { self == .plain ? "s3:vaults/plain" : "crypt:" }
        /// Where its files lie, as they lie there.
        var raw: String { self == .plain ? "s3:vaults/plain" : "s3:vaults/secret" }
    }

    static var places: [Place] {
        if CopyTests.rclone != nil, python != nil { return Place.allCases }
        print("skipped: copies in a bucket; they need rclone, and OCTOVAULT_TEST_PYTHON naming a Python with moto")
        return []
    }

    @Test(arguments: Sampling.some(1, of: places))
    func aCopyInABucketIsPushedCheckedPulledAndHealsAVault(place: Place) async throws {
        let store = try ObjectStore()
        defer { store.stop() }
        let variables = store.variables
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL)
            program.variables.merge(variables) { _, new in new }
            let outcome = try await program.run(["backfill", CopyTests.weather, "--window", "1d"] + CopyTests.range)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try await program.shell("rclone", "mkdir", "s3:vaults").status == 0)
            let push = try await program.run("copy", "push", place.remote, "--json")
            #expect(push.status == 0, "\(push.output)\(push.errors)")
            #expect(try push.json()["copied"] as? Int == 31)
            for deep in [[], ["--deep"]] {
                let check = try await program.run(["copy", "check", place.remote, "--json"] + deep)
                #expect(check.status == 0, "\(check.output)\(check.errors)")
                #expect(try check.json()["same"] as? Int == 31)
            }
            let pull = try await program.run("copy", "pull", place.remote, "--vault", "back", "--json")
            #expect(pull.status == 0, "\(pull.output)\(pull.errors)")
            #expect(try await program.run("verify", "--deep", "--vault", "back").status == 0)
            #expect(try await program.run("diff", "vault", "back").status == 0)
            try await Self.heal(program, from: place)
            try await Self.findDamage(program, in: place)
        }
    }

    /// An archive here is cut short, and comes back from the copy; no server is asked.
    private static func heal(_ program: Program, from place: Place) async throws {
        var program = program
        program.variables["OCTOPARSE_BASE_URL"] = "http://127.0.0.1:9"
        let archives = program.folder.allFiles().filter { $0.hasPrefix("vault/") && $0.hasSuffix(".ndjson.gz") }
            .sorted()
        try Data("cut".utf8).write(to: URL(fileURLWithPath: "\(program.folder.path)/\(archives[3])"))
        let heal = try await program.run("verify", "--heal", "--from", place.remote)
        #expect(heal.status == 0, "\(heal.output)\(heal.errors)")
        #expect(try await program.run("verify", "--deep").status == 0)
        #expect(try await program.run("diff", "vault", "back").status == 0)
    }

    private static func findDamage(_ program: Program, in place: Place) async throws {
        let listing = try await program.shell("rclone", "lsf", "-R", "--files-only", place.raw)
        // An archive of the plain copy, or any of the encrypted one's larger files, whose names tell nothing.
        let name = try #require(
            listing.lines.sorted().last { place == .encrypted ? $0.contains("/") : $0.hasSuffix(".ndjson.gz") })
        let file = "\(program.folder.path)/damaged"
        #expect(try await program.shell("rclone", "copyto", "\(place.raw)/\(name)", file).status == 0)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        bytes[bytes.count - 9] ^= 1
        try bytes.write(to: URL(fileURLWithPath: file))
        #expect(try await program.shell("rclone", "copyto", file, "\(place.raw)/\(name)").status == 0)
        let check = try await program.run("copy", "check", place.remote, "--deep", "--json")
        #expect(check.status == 65, "\(check.output)\(check.errors)")
        #expect((try check.json()["differing"] as? [Any])?.count == 1, "\(check.output)")
        if place == .plain {
            // The store tells its files' hashes, so that nothing has to be read for that.
            let quick = try await program.run("copy", "check", place.remote, "--json")
            #expect((try quick.json()["differing"] as? [Any])?.count == 1, "\(quick.output)")
        }
        let pull = try await program.run("copy", "pull", place.remote, "--vault", "damaged-back")
        #expect([65, 69].contains(pull.status), "\(pull.output)\(pull.errors)")
    }

    /// The recipe `duckdb-copy.sql`, over a bucket and over a folder.
    @Test func duckDBReadsACopyWhereItLies() async throws {
        guard CopyTests.rclone != nil, let python = Self.python,
            try await Program().shell("env", python, "-c", "import duckdb, duckdb_ext").status == 0
        else {
            print("skipped: DuckDB over a copy; it needs rclone and a Python with moto, duckdb and duckdb-ext-httpfs")
            return
        }
        let store = try ObjectStore()
        defer { store.stop() }
        let (variables, address) = (store.variables, store.address)
        try await withSandbox { baseURL, rows in
            var program = try Program(baseURL: baseURL)
            program.variables.merge(variables) { _, new in new }
            let command = ["backfill", CopyTests.weather, "--window", "1d"] + CopyTests.range
            #expect(try await program.run(command).status == 0)
            #expect(try await program.shell("rclone", "mkdir", "s3:vaults").status == 0)
            for remote in ["s3:vaults/plain", "copy"] {
                #expect(try await program.run("copy", "push", remote).status == 0)
            }
            // What was replaced is still in the copy, and does not count.
            rows.insert(
                task: CopyTests.weather, row: #"{"late":"1"}"#, at: try StorageInstant(parsing: "2012-01-10 12:00:00"))
            #expect(try await program.run(command + ["--force"]).status == 0)
            for remote in ["s3:vaults/plain", "copy"] {
                #expect(try await program.run("copy", "push", remote).status == 0)
            }
            let recipe = RecipesTests.folder.appendingPathComponent("duckdb-copy.sql").path
            let read = try await program.shell(
                "env", python, "-c", Self.reader, recipe, CopyTests.weather, address, "s3://vaults/plain",
                "\(program.folder.path)/copy")
            #expect(read.status == 0, "\(read.errors)")
            #expect(read.lines == ["32 32", "32 32"], "\(read.output)")
        }
    }

    private static let reader = """
        import duckdb, glob, os, sys
        import duckdb_ext
        recipe, task, endpoint, *copies = sys.argv[1:]
        database = duckdb.connect()
        pattern = os.path.join(list(duckdb_ext.__path__)[0], "extensions", "v" + duckdb.__version__, "*", "httpfs.*")
        database.execute(f"LOAD '{glob.glob(pattern)[0]}'")
        database.execute(
            "CREATE SECRET (TYPE s3, KEY_ID 'test', SECRET 'test', REGION 'us-east-1', URL_STYLE 'path', USE_SSL false, "
            f"ENDPOINT '{endpoint}')")
        for copy in copies:
            database.execute("SET VARIABLE copy = ?", [copy])
            database.execute("SET VARIABLE task = ?", [task])
            for statement in duckdb.extract_statements(open(recipe).read()):
                answer = database.execute(statement)
            print(*answer.fetchone())
        """
}

/// A local S3 server without anything in it.
struct ObjectStore {
    /// `host:port`.
    let address: String
    private let process: Process
    private let input: Pipe

    /// Starts it; it answers once this returns. It ends with its standard input.
    init() throws {
        let script = """
            import sys
            from moto.server import ThreadedMotoServer
            server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
            server.start()
            print(server.get_host_and_port()[1], flush=True)
            sys.stdin.read()
            server.stop()
            """
        process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(ObjectStoreTests.python))
        process.arguments = ["-c", script]
        input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)), "\(line)")
        address = "127.0.0.1:\(port)"
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// rclone's remotes `s3:`, and `crypt:` in a bucket of it.
    var variables: [String: String] {
        [
            "RCLONE_CONFIG": "/dev/null", "RCLONE_CONFIG_S3_TYPE": "s3", "RCLONE_CONFIG_S3_PROVIDER": "Other",
            "RCLONE_CONFIG_S3_ENDPOINT": "http://\(address)", "RCLONE_CONFIG_S3_ACCESS_KEY_ID": "test",
            "RCLONE_CONFIG_S3_SECRET_ACCESS_KEY": "test", "RCLONE_CONFIG_S3_FORCE_PATH_STYLE": "true",
            "RCLONE_CONFIG_CRYPT_TYPE": "crypt", "RCLONE_CONFIG_CRYPT_REMOTE": "s3:vaults/secret",
            // `rclone obscure secret`
            "RCLONE_CONFIG_CRYPT_PASSWORD": "Wc-87BnMuZQF3yNbSjcxhZ8h64lQ1Q",
        ]
    }
}
