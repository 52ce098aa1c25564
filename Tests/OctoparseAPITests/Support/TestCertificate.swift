/// A certificate for `localhost` and 127.0.0.1, signed by itself and good until 2120, with its key. Both are of no
/// worth.
enum TestCertificate {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBdzCCAR6gAwIBAgIIAQEBAQEBAQEwCgYIKoZIzj0EAwIwGTEXMBUGA1UEAwwO
        b2N0b3ZhdWx0IHRlc3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBa
        MBkxFzAVBgNVBAMMDm9jdG92YXVsdCB0ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
        AQcDQgAE/rhFWvm/oWBtce8D2flekAxZjvTzV0ZQsywxHu5bB8JbxDPSx5jnC/uB
        1lWUt2iG3nweQIoRGsXxBx/R4bwTXKNOMEwwGgYDVR0RBBMwEYIJbG9jYWxob3N0
        hwR/AAABMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFJ+kv+/DvIPv66bEmMi4
        6mkHnVJeMAoGCCqGSM49BAMCA0cAMEQCIAtYfqh6s2lz69jcAr/eEti5SHmix547
        BExpjPWeHIKTAiBbjlehdnHfi77+hzpHfSbhHlGd6OHLhdhAusJMf36b7A==
        -----END CERTIFICATE-----

        """

    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEcjUvS+hB9G1YEDC
        QXEnOiFrAD+4J373iCrLLDjDHHahRANCAAT+uEVa+b+hYG1x7wPZ+V6QDFmO9PNX
        RlCzLDEe7lsHwlvEM9LHmOcL+4HWVZS3aIbefB5AihEaxfEHH9HhvBNc
        -----END PRIVATE KEY-----

        """
}
