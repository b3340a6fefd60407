use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chassis::auth::Credentials;
use chassis::channel::{self, InvalidUrl};
use chassis::failure::{Kind, retry_after};
use tokio::net::TcpListener;

use crate::puppet::generate;
use crate::world::{Placement, Plan, World, client, of, remote, said, soon};

/// An address where nobody listens.
async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

fn calls(world: &World) -> usize {
    world.puppet.strings.calls.load(Ordering::SeqCst)
}

#[tokio::test]
async fn absent_peer_is_unavailable_and_worth_another_try() {
    let absent = client(remote(&[nobody().await], Credentials::default()));
    let status = soon(generate(absent, "echo")).await.unwrap_err();
    assert_eq!(said(&status), of(Kind::Unavailable, "PEER_UNREACHABLE"));
    assert!(Kind::of(&status).is_retryable() && retry_after(&status).is_some());
}

#[tokio::test]
async fn members_take_turns() {
    let (one, other) = (World::new(Placement::Remote).await, World::new(Placement::Remote).await);
    let both = client(remote(&[one.address, other.address], Credentials::default()));
    for _ in 0..10 {
        assert!(soon(generate(both.clone(), "echo")).await.is_ok());
    }
    assert_eq!((calls(&one), calls(&other)), (5, 5));
}

#[tokio::test]
async fn dead_member_costs_no_call() {
    let alive = World::new(Placement::Remote).await;
    let both = client(remote(&[nobody().await, alive.address], Credentials::default()));
    for _ in 0..20 {
        assert!(soon(generate(both.clone(), "echo")).await.is_ok());
    }
}

#[tokio::test]
async fn member_that_stops_costs_no_call() {
    let plan = Plan { grace: Duration::ZERO, ..Plan::default() };
    let mut leaving = World::planned(Placement::Remote, plan).await;
    let staying = World::new(Placement::Remote).await;
    let both = client(remote(&[leaving.address, staying.address], Credentials::default()));
    for _ in 0..4 {
        assert!(soon(generate(both.clone(), "echo")).await.is_ok());
    }
    leaving.stop.cancel();
    soon(&mut leaving.server).await.unwrap().unwrap();
    for _ in 0..20 {
        assert!(soon(generate(both.clone(), "echo")).await.is_ok());
    }
}

#[tokio::test]
async fn many_calls_share_one_attempt_to_connect() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let channel = client(remote(&[listener.local_addr().unwrap()], Credentials::default()));
    let calls = (0..10).map(|_| chassis::task::spawn(generate(channel.clone(), "echo")));
    let calls: Vec<_> = calls.collect();
    let (first, _) = soon(listener.accept()).await.unwrap();
    drop(listener);
    drop(first);
    for call in calls {
        let status = soon(call).await.unwrap().unwrap_err();
        assert_eq!(Kind::of(&status), Kind::Unavailable);
    }
}

#[tokio::test]
async fn peer_that_comes_back_is_found_again() {
    let address = nobody().await;
    let channel = client(remote(&[address], Credentials::default()));
    assert!(soon(generate(channel.clone(), "echo")).await.is_err());
    let world = World::new(Placement::Remote).await;
    let listener = TcpListener::bind(address).await.unwrap();
    let back = chassis::server::serve(listener, world.stack.clone(), world.stop.clone());
    let back = chassis::task::spawn(back);
    assert!(soon(generate(channel, "echo")).await.is_ok());
    back.abort();
}

#[test]
fn what_is_no_address_is_refused_by_name() {
    let refused = channel::remote(&["ftp://somewhere".to_owned()], Credentials::default());
    assert_eq!(refused.err(), Some(InvalidUrl::Malformed("ftp://somewhere".to_owned())));
}
