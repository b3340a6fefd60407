use chassis::failure::Kind;
use proto::generation::GenerateStreamRequest;
use tonic::Status;

use crate::puppet::PANIC_TEXT;
use crate::world::{BOTH, World, of, said, soon};

fn assert_sheltered(status: &Status) {
    assert_eq!(said(status), of(Kind::Internal, "PANIC"));
    assert!(!status.message().contains(PANIC_TEXT));
}

#[tokio::test]
async fn panic_before_the_head_is_an_answer() {
    for placement in BOTH {
        let world = World::new(placement).await;
        assert_sheltered(&soon(world.call("panic")).await.unwrap_err());
        assert!(soon(world.call("echo")).await.is_ok(), "{placement:?}");
    }
}

#[tokio::test]
async fn panic_in_the_body_is_its_end() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let request = GenerateStreamRequest { model: "panic".into(), ..Default::default() };
        let mut deltas = world.client().generate_stream(request).await.unwrap().into_inner();
        assert!(soon(deltas.message()).await.unwrap().is_some(), "{placement:?}");
        assert_sheltered(&soon(deltas.message()).await.unwrap_err());
    }
}

#[tokio::test]
async fn neighbours_on_the_connection_live_on() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let neighbour = async {
            world.puppet.strings.entered.notified().await;
            assert_sheltered(&world.call("panic").await.unwrap_err());
            world.puppet.strings.release.notify_one();
        };
        let (held, ()) =
            soon(Box::pin(async { tokio::join!(world.call("held"), neighbour) })).await;
        assert!(held.is_ok(), "{placement:?}");
    }
}
