//! Over TLS, as hosted databases want it; and a server without it is told apart.

use std::sync::Arc;

use chassis::failure::Failure;
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::world::{LLAMAINDEX, World, find, search};

/// What a certificate of nobody known proves: nothing, as with hosted databases' own authorities.
fn acceptor() -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["db.example".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// Speaks TLS in front of the database at this URL, and to nobody without it.
async fn guard(url: &str) -> String {
    let (rest, database) = url.rsplit_once('/').unwrap();
    let (user, target) = rest.rsplit_once('@').unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (acceptor, target) = (acceptor(), target.to_owned());
    chassis::task::spawn(async move {
        let mut links = tokio::task::JoinSet::new();
        while let Ok((client, _)) = listener.accept().await {
            links.spawn(carry(client, acceptor.clone(), target.clone()));
        }
    });
    format!("{user}@{address}/{database}")
}

async fn carry(mut client: TcpStream, acceptor: TlsAcceptor, target: String) {
    // The request for TLS: its length, and a number of its own.
    let mut asked = [0; 8];
    let is_read = client.read_exact(&mut asked).await.is_ok();
    if !is_read || asked != [0, 0, 0, 8, 4, 210, 22, 47] {
        return;
    }
    client.write_all(b"S").await.unwrap();
    let mut client = acceptor.accept(client).await.unwrap();
    let mut server = TcpStream::connect(target).await.unwrap();
    // How either side ends is not what this looks at.
    drop(copy_bidirectional(&mut client, &mut server).await);
}

#[tokio::test]
async fn a_database_that_wants_it_is_spoken_to_and_one_without_it_is_not_spoken_to_openly() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let url = format!("{}?sslmode=require", guard(&world.url).await);
            let retriever = world.open(&[("retrieval.supabase.url", &url)]).await.unwrap();
            assert_eq!(find(&retriever, search("brewery")).await.dense, "hashed/16");
            retriever.close().await;
            let url = format!("{}?sslmode=require", world.url);
            let error = world.open(&[("retrieval.supabase.url", &url)]).await.err().unwrap();
            assert_eq!((error.reason(), error.is_configured()), ("ATTACHED_WITHOUT_TLS", true));
            assert!(error.to_string().contains("?sslmode=disable"), "{error}");
        })
        .await;
}
