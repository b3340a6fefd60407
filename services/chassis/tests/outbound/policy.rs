//! Where callers may send us.

use std::io;
use std::net::IpAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chassis::failure::{Failure, Kind};
use chassis::http::{Client, Error, Outbound, OutboundConfig, Resolve};
use futures_util::future::BoxFuture;

use crate::corpus::{ACCEPTED, INVALID, REFUSED};
use crate::server::{OK, Script, Server};
use crate::{get, outbound};

/// Names that mean, in turn, these addresses.
#[derive(Debug)]
struct Names {
    answers: Vec<Vec<&'static str>>,
    asked: AtomicUsize,
}

impl Resolve for Names {
    fn resolve(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let turn = self.asked.fetch_add(1, Ordering::Relaxed);
        let answer = &self.answers[turn.min(self.answers.len() - 1)];
        let addresses = answer.iter().map(|address| address.parse().unwrap()).collect();
        Box::pin(async { Ok(addresses) })
    }
}

fn names(answers: &[&[&'static str]]) -> Arc<Names> {
    let answers = answers.iter().map(|answer| answer.to_vec()).collect();
    Arc::new(Names { answers, asked: AtomicUsize::new(0) })
}

fn caller(names: &Arc<Names>, allow: &[&str]) -> Client {
    let allow = allow.iter().map(|entry| (*entry).to_owned()).collect();
    let config = OutboundConfig { allow, loopback: false };
    Outbound::resolving(&config, Arc::clone(names) as Arc<dyn Resolve>).unwrap().caller()
}

#[test]
fn corpus_is_large() {
    assert!(REFUSED.len() >= 60, "{}", REFUSED.len());
}

#[test]
fn private_addresses_are_refused_in_every_spelling() {
    let outbound = outbound(&[], false);
    let caller = outbound.caller();
    for url in REFUSED {
        let error = caller.check(url).expect_err(url);
        assert!(matches!(error, Error::Refused { .. }), "{url}: {error}");
        assert_eq!((error.kind(), error.reason()), (Kind::Invalid, "ADDRESS_REFUSED"));
        assert!(outbound.operator().check(url).is_ok(), "{url}");
    }
}

#[test]
fn what_is_no_url_is_refused_for_everybody() {
    let outbound = outbound(&[], true);
    for url in INVALID {
        for client in [outbound.caller(), outbound.operator()] {
            let error = client.check(url).expect_err(url);
            assert!(matches!(error, Error::InvalidUrl(_)), "{url}: {error}");
        }
    }
    let long = format!("http://{}.example/", "a".repeat(10_000));
    assert!(outbound.caller().check(&long).is_err());
    let long = format!("http://example.com/{}", "a".repeat(1 << 20));
    assert!(outbound.caller().check(&long).is_err());
}

#[test]
fn public_addresses_are_accepted() {
    let caller = outbound(&[], false).caller();
    for url in ACCEPTED {
        assert!(caller.check(url).is_ok(), "{url}");
    }
}

#[test]
fn target_says_where_without_the_query() {
    let client = outbound(&[], false).caller();
    for (url, origin, redacted) in [
        ("https://Example.com:443/A?b", "https://example.com", "https://example.com/A"),
        ("http://example.com:8080", "http://example.com:8080", "http://example.com:8080/"),
        ("HTTP://8.8.8.8/a#b?c", "http://8.8.8.8", "http://8.8.8.8/a"),
        ("http://[::FFFF:808:808]/", "http://[::ffff:808:808]", "http://[::ffff:808:808]/"),
    ] {
        let target = client.check(url).unwrap();
        assert_eq!((target.origin().as_str(), target.redacted().as_str()), (origin, redacted));
        assert_eq!(format!("{target:?}"), redacted);
    }
}

#[tokio::test]
async fn names_are_judged_by_their_addresses() {
    for answer in [
        &["127.0.0.1"][..],
        &["169.254.169.254"],
        &["::1"],
        &["fd00:ec2::254"],
        &["::ffff:10.0.0.1"],
        &["64:ff9b::a00:1"],
        // One private address among public ones spoils all of them.
        &["8.8.8.8", "10.0.0.1"],
        &["2606:4700:4700::1111", "::1"],
    ] {
        let caller = caller(&names(&[answer]), &[]);
        let error = caller.send(get("http://hook.example/")).await.unwrap_err();
        assert_eq!(error, Error::Refused { host: "hook.example".to_owned() }, "{answer:?}");
    }
}

#[tokio::test]
async fn name_is_looked_up_once_for_check_and_connection() {
    let mut server = Server::start(Script::Always(OK)).await;
    let names = names(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let caller = caller(&names, &["127.0.0.1"]);
    let url = format!("http://hook.example:{}/", server.address.port());
    caller.send(get(&url)).await.unwrap();
    assert!(server.head().await.contains("host: hook.example:"));
    assert_eq!(names.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn name_that_turns_private_is_refused_at_the_next_connection() {
    let close = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let server = Server::start(Script::Always(close)).await;
    let names = names(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let caller = caller(&names, &["127.0.0.1"]);
    let url = format!("http://hook.example:{}/", server.address.port());
    caller.send(get(&url)).await.unwrap();
    let error = caller.send(get(&url)).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error}");
}

#[tokio::test]
async fn name_without_an_address_cannot_be_reached() {
    let error = caller(&names(&[&[]]), &[]).send(get("http://hook.example/")).await.unwrap_err();
    assert_eq!(error.reason(), "PEER_UNREACHABLE");
}

#[tokio::test]
async fn refused_address_is_never_dialled() {
    let mut server = Server::start(Script::Always(OK)).await;
    let url = server.url("/");
    let error = outbound(&[], false).caller().send(get(&url)).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error}");
    assert!(!server.was_reached());
}

#[test]
fn what_is_allowed_is_allowed_and_nothing_beside() {
    for (entry, accepted, refused) in [
        ("10.0.0.0/8", "http://10.1.2.3:99/", "http://11.0.0.1.localhost/"),
        ("10.0.0.0/8:5678", "http://10.1.2.3:5678/", "http://10.1.2.3/"),
        ("10.0.0.7", "http://10.0.0.7/", "http://10.0.0.8/"),
        ("10.0.0.7:80", "http://[::ffff:10.0.0.7]/", "https://10.0.0.7/"),
        ("fd00::/8", "http://[fd12::1]/", "http://[fe80::1]/"),
        ("[fd00::/8]:443", "https://[fd12::1]/", "http://[fd12::1]/"),
        ("[::1]", "http://[::1]:7/", "http://127.0.0.1/"),
        ("localhost", "http://localhost:7/", "http://127.0.0.1/"),
        ("localhost:5678", "http://localhost:5678/", "http://localhost/"),
    ] {
        let caller = outbound(&[entry], false).caller();
        assert!(caller.check(accepted).is_ok(), "{entry} {accepted}");
        assert!(caller.check(refused).is_err(), "{entry} {refused}");
    }
}

#[tokio::test]
async fn allowed_name_may_be_private_on_its_port() {
    let server = Server::start(Script::Always(OK)).await;
    let port = server.address.port();
    let url = format!("http://N8N:{port}/");
    let names = names(&[&["127.0.0.1"]]);
    assert!(caller(&names, &[&format!("n8n:{port}")]).send(get(&url)).await.is_ok());
    assert!(caller(&names, &["n8n"]).send(get(&url)).await.is_ok());
    assert!(caller(&names, &["n8n:1", "other"]).send(get(&url)).await.is_err());
}

#[tokio::test]
async fn loopback_is_for_callers_of_a_gateway_on_loopback() {
    let server = Server::start(Script::Always(OK)).await;
    let caller = outbound(&[], true).caller();
    assert!(caller.send(get(&server.url("/"))).await.is_ok());
    for url in ["http://0.0.0.0/", "http://10.0.0.1/", "http://169.254.169.254/"] {
        assert!(caller.check(url).is_err(), "{url}");
    }
}

#[test]
fn allow_list_is_read_strictly() {
    for entry in
        ["", "10.0.0.0/33", "n8n:0", "n8n:x", "http://n8n", "0x7f.1", "[::1", "a b", "n8n:1:2"]
    {
        let config = OutboundConfig { allow: vec![entry.to_owned()], loopback: false };
        let error = Outbound::new(&config).expect_err(entry);
        assert!(matches!(error, Error::InvalidAllow { .. }), "{entry}");
    }
}

#[test]
fn proxies_of_the_environment_are_not_asked() {
    let nobody = "http://127.0.0.1:9";
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "wire::target_goes_out_byte_for_byte"])
        .envs(["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"].map(|name| (name, nobody)))
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&status.stdout);
    assert!(output.contains("1 passed"), "{output}");
}
