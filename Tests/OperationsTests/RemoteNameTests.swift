import Operations
import Testing

@Suite struct RemoteNameTests {
    @Test(arguments: [
        ("/mnt/disk", RemoteName.folder("/mnt/disk")), ("copy", .folder("/here/copy")),
        ("copy/", .folder("/here/copy")),
        ("./a:b", .folder("/here/./a:b")), ("/a:b/c", .folder("/a:b/c")), ("b2:bucket/v", .remote("b2:bucket/v")),
        ("crypt:", .remote("crypt:")), ("b2:bucket/v/", .remote("b2:bucket/v")), ("disk:/", .remote("disk:/")),
        (":sftp,host=h:x", .remote(":sftp,host=h:x")),
    ])
    func aColonBeforeAnySlashMakesARemote(text: String, name: RemoteName) throws {
        #expect(try RemoteName(parsing: text, workingDirectory: "/here") == name)
    }

    @Test(arguments: ["", "-x", "--config=/etc/passwd", "a\nb", "a\0b"])
    func whatCouldBeTakenForAnOptionOrALineIsRefused(text: String) {
        #expect(throws: CopyError.self) { try RemoteName(parsing: text, workingDirectory: "/here") }
    }

    @Test(arguments: [
        (
            ":s3,access_key_id=AKIA,secret_access_key=hush:bucket/v",
            ":s3,access_key_id=***,secret_access_key=***:bucket/v"
        ),
        ("b2,account=me,key=hush:bucket", "b2,account=***,key=***:bucket"),
        (":sftp,host=h,pass=\u{301}hush:x", ":sftp,host=h,pass=***:x"),
        (":sftp,\u{301}pass=hush:x", ":sftp,\u{301}pass=***:x"),
        (":sftp,host=h,pass=hush:x", ":sftp,host=h,pass=***:x"), ("b2:bucket", "b2:bucket"),
    ])
    func secretsOfAConnectionStringAreMasked(text: String, shown: String) throws {
        #expect(try RemoteName(parsing: text, workingDirectory: "/here").shown == shown)
    }
}
