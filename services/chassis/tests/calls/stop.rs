use std::time::Duration;

use chassis::auth::Credentials;
use chassis::failure::Kind;
use proto::generation::GenerateStreamRequest;
use tokio::net::TcpStream;

use crate::puppet::generate;
use crate::world::{BOTH, Placement, Plan, World, client, of, remote, said, soon};

#[tokio::test]
async fn call_in_flight_ends_as_if_nothing_had_happened() {
    for placement in BOTH {
        let mut world = World::new(placement).await;
        let calling = chassis::task::spawn(generate(world.client(), "held"));
        soon(world.puppet.strings.entered.notified()).await;
        world.stop.cancel();
        while TcpStream::connect(world.address).await.is_ok() {}
        assert!(!world.health.is_serving(""), "{placement:?}");
        world.puppet.strings.release.notify_one();
        assert!(soon(calling).await.unwrap().is_ok(), "{placement:?}");
        assert!(soon(&mut world.server).await.unwrap().is_ok(), "{placement:?}");
    }
}

#[tokio::test]
async fn call_that_outlives_the_grace_is_cut() {
    let plan = Plan { grace: Duration::from_millis(50), ..Plan::default() };
    let mut world = World::planned(Placement::Remote, plan).await;
    let calling = chassis::task::spawn(generate(world.client(), "silent"));
    let mut other = client(remote(&[world.address], Credentials::default()));
    let request = GenerateStreamRequest { model: "trickle".into(), ..Default::default() };
    let mut deltas = other.generate_stream(request).await.unwrap().into_inner();
    assert!(soon(deltas.message()).await.unwrap().is_some());
    world.stop.cancel();
    assert!(soon(&mut world.server).await.unwrap().is_ok());
    soon(world.puppet.strings.dropped.notified()).await;
    let lost = of(Kind::Unavailable, "PEER_LOST");
    assert_eq!(said(&soon(calling).await.unwrap().unwrap_err()), lost);
    assert_eq!(said(&soon(deltas.message()).await.unwrap_err()), lost);
}
