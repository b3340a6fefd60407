use std::sync::atomic::Ordering;
use std::time::Duration;

use chassis::auth::Credentials;
use chassis::channel::{self, Preferred};
use tokio::net::TcpListener;

use crate::puppet::generate;
use crate::world::{PUPPET, Placement, Plan, World, client, remote, soon};

fn calls(world: &World) -> usize {
    world.puppet.strings.calls.load(Ordering::SeqCst)
}

/// Calls until this world has answered one.
async fn until_answered_by(world: &World, preferred: &Preferred) {
    let before = calls(world);
    soon(async {
        while calls(world) == before {
            assert!(generate(client(preferred.channel()), "echo").await.is_ok());
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn process_beside_is_asked_while_it_serves_and_no_call_is_lost() {
    let here = World::new(Placement::Local).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let inside = channel::local(here.stack.clone(), Credentials::default());
    let beside = remote(&[address], Credentials::default());
    let preferred = Preferred::new(address, PUPPET, beside, inside);
    let looking = preferred.clone();
    let looking = chassis::task::spawn(async move { looking.look().await });
    until_answered_by(&here, &preferred).await;

    let plan = Plan { grace: Duration::ZERO, ..Plan::default() };
    let other = World::planned(Placement::Local, plan).await;
    let listener = TcpListener::bind(address).await.unwrap();
    let stop = chassis::task::CancellationToken::new();
    let serving = chassis::server::serve(listener, other.stack.clone(), stop.clone());
    let serving = chassis::task::spawn(serving);
    until_answered_by(&other, &preferred).await;

    other.health.not_serving(PUPPET);
    until_answered_by(&here, &preferred).await;
    stop.cancel();
    soon(serving).await.unwrap().unwrap();
    looking.abort();
}

#[tokio::test]
async fn stranger_at_the_address_is_not_asked() {
    let here = World::new(Placement::Local).await;
    let stranger = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = stranger.local_addr().unwrap();
    let inside = channel::local(here.stack.clone(), Credentials::default());
    let preferred =
        Preferred::new(address, PUPPET, remote(&[address], Credentials::default()), inside);
    let looking = preferred.clone();
    let looking = chassis::task::spawn(async move { looking.look().await });
    let (connection, _) = soon(stranger.accept()).await.unwrap();
    drop(connection);
    until_answered_by(&here, &preferred).await;
    looking.abort();
}
