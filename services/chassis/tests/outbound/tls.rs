//! TLS: who proves to be the host is called, and nobody else.

use std::process::Command;
use std::sync::Arc;

use chassis::config::environment;
use chassis::http::Error;
use chassis::task;
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::server::OK;
use crate::{get, operator};

const PORTS: &str = "THROUGHLINE_TEST_PORTS";

/// An authority, and a certificate of it for this name.
fn certificate(name: &str) -> (Certificate, ServerConfig) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let server =
        CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let chain = vec![CertificateDer::from(server.der().to_vec())];
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    (authority, config)
}

async fn serve(config: ServerConfig) -> u16 {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    task::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4_096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(OK.as_bytes()).await;
        }
    });
    port
}

/// The machine's authorities are named by the environment, so that the calls are made in a process of their own.
#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_checked() {
    let (known, right) = certificate("localhost");
    let (unknown, stranger) = certificate("localhost");
    let (_, other) = certificate("other.example");
    drop(unknown);
    let trusted = NamedTempFile::new().unwrap();
    std::fs::write(trusted.path(), known.pem()).unwrap();
    let ports = [serve(right).await, serve(stranger).await, serve(other).await];
    let output = tokio::process::Command::from(Command::new(std::env::current_exe().unwrap()))
        .args(["--exact", "tls::calls_over_tls", "--include-ignored"])
        .env("SSL_CERT_FILE", trusted.path())
        .env(PORTS, ports.map(|port| port.to_string()).join(","))
        .output()
        .await
        .unwrap();
    let output = String::from_utf8_lossy(&output.stdout);
    assert!(output.contains("1 passed"), "{output}");
}

#[tokio::test]
#[ignore = "run by `certificates_are_checked`"]
async fn calls_over_tls() {
    let ports = environment().into_iter().find(|(name, _)| name == PORTS).unwrap().1;
    let urls: Vec<_> = ports.split(',').map(|port| format!("https://localhost:{port}/")).collect();
    assert_eq!(operator().send(get(&urls[0])).await.unwrap().body, "ok");
    for url in &urls[1..] {
        let error = operator().send(get(url)).await.unwrap_err();
        assert!(
            matches!(&error, Error::Connect { why, .. } if why.contains("certificate")),
            "{error}"
        );
    }
    let by_address = urls[0].replace("localhost", "127.0.0.1");
    assert!(operator().send(get(&by_address)).await.is_err());
}
