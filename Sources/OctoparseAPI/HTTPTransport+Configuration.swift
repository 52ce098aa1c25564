import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOSSL

extension HTTPClient.Configuration {
    /// The library's settings for an account. Proxy variables and `SSL_CERT_FILE` are read here, for the library
    /// ignores them.
    ///
    /// - Throws: ``APIError/Code/badConfiguration`` for a proxy variable or a `caFile` that cannot be used.
    init(_ configuration: APIConfiguration, address: APIAddress, logger: Logger) throws(APIError) {
        self.init(redirectConfiguration: .disallow)
        httpVersion = .http1Only
        // Nobody listens, and its attributes would be worked out for each request.
        tracing.tracer = nil
        // ``BodyDecoder`` does it: the library's own stops after the first member of a gzip body.
        decompression = .disabled
        http1_1ConnectionDebugInitializer = ResponseHeadGuard.install
        let silence = TimeAmount(configuration.longestSilence)
        timeout = .init(connect: TimeAmount(configuration.connectTimeout), read: silence, write: silence)
        // Else a refused connection is tried until the whole limit is over.
        connectionPool.retryConnectionEstablishment = false
        connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.maximumInFlight
        // Shorter than servers keep idle connections, so that none is used while the server is closing it.
        connectionPool.idleTimeout = .seconds(15)
        proxy = try ProxySettings.choose(for: address, configuration.environment)?.proxy
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.additionalTrustRoots = try Self.trustRoots(configuration, logger)
        tlsConfiguration = tls
    }

    private static func trustRoots(
        _ configuration: APIConfiguration, _ logger: Logger
    ) throws(APIError) -> [NIOSSLAdditionalTrustRoots] {
        var roots: [NIOSSLAdditionalTrustRoots] = []
        if let path = configuration.caFile {
            guard let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty else {
                throw APIError(
                    .badConfiguration,
                    "the account's ca_file '\(ServerText.clean(path))' holds no readable certificate",
                    hint: "it must be a PEM file")
            }
            roots.append(.certificates(certificates))
        }
        if let path = configuration.environment["SSL_CERT_FILE"], !path.isEmpty {
            // Some systems set it to a file that is not there, to mean none.
            if let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty {
                roots.append(.certificates(certificates))
            } else {
                logger.warning("SSL_CERT_FILE holds no readable certificate", metadata: [LogKey.reason: "\(path)"])
            }
        }
        return roots
    }
}

extension ProxySettings {
    fileprivate var proxy: HTTPClient.Configuration.Proxy {
        switch kind {
        case .socks: .socksServer(host: host, port: port)
        case .http:
            .server(
                host: host, port: port, authorization: user.map { .basic(username: $0, password: password ?? "") })
        }
    }
}
