use std::sync::atomic::Ordering;
use std::time::Duration;

use chassis::auth::Credentials;
use chassis::deadline::{self, ClientDeadline, Deadline};
use chassis::failure::Kind;
use proto::generation::{GenerateRequest, GenerateStreamRequest};
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::{Request, Status};
use tower::{Layer, ServiceExt, service_fn};

use crate::puppet::{Puppet, Seen, generate};
use crate::raw::{EMPTY, GENERATE, post};
use crate::world::{BOTH, Plan, World, client, of, remote, said, soon};

const SHORT: Duration = Duration::from_millis(50);

fn late() -> (Kind, String) {
    of(Kind::Deadline, "DEADLINE_EXCEEDED")
}

fn silent() -> GenerateRequest {
    GenerateRequest { model: "silent".into(), ..GenerateRequest::default() }
}

#[tokio::test]
async fn silent_handler_is_late_and_dropped() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let call = world.call("silent");
        let status = soon(deadline::scope(Deadline::after(SHORT), call)).await.unwrap_err();
        assert_eq!(said(&status), late(), "{placement:?}");
        soon(world.puppet.strings.dropped.notified()).await;
    }
}

#[tokio::test]
async fn server_counts_by_itself() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let body = prost::Message::encode_to_vec(&silent());
        let frame = [&[0, 0, 0, 0, body.len().try_into().unwrap()], body.as_slice()].concat();
        let answer = post(&world, GENERATE, &[("grpc-timeout", "50m")], &frame);
        assert_eq!(said(&soon(answer).await), late(), "{placement:?}");
        soon(world.puppet.strings.dropped.notified()).await;
    }
}

#[tokio::test]
async fn caller_sets_its_own_timeout() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let mut request = Request::new(silent());
        request.set_timeout(SHORT);
        let status = soon(world.client().generate(request)).await.unwrap_err();
        assert_eq!(said(&status), late(), "{placement:?}");
    }
}

#[tokio::test]
async fn stream_ends_late_after_what_it_brought() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let mut client = world.client();
        let request = GenerateStreamRequest { model: "trickle".into(), ..Default::default() };
        let call = async {
            let mut deltas = client.generate_stream(request).await.unwrap().into_inner();
            assert!(deltas.message().await.unwrap().is_some());
            deltas.message().await.unwrap_err()
        };
        let status = soon(deadline::scope(Deadline::after(4 * SHORT), call)).await;
        assert_eq!(said(&status), late(), "{placement:?}");
        soon(world.puppet.strings.dropped.notified()).await;
    }
}

#[tokio::test]
async fn expired_request_does_not_reach_the_handler() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let status = soon(post(&world, GENERATE, &[("grpc-timeout", "0n")], EMPTY)).await;
        assert_eq!(said(&status), late(), "{placement:?}");
        let call = deadline::scope(Deadline::after(Duration::ZERO), world.call("echo"));
        assert_eq!(said(&call.await.unwrap_err()), late(), "{placement:?}");
        assert_eq!(world.puppet.strings.calls.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn budget_that_cannot_be_read_is_the_callers_fault() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let status = soon(post(&world, GENERATE, &[("grpc-timeout", "soon")], EMPTY)).await;
        assert_eq!(said(&status), of(Kind::Malformed, "INVALID_TIMEOUT"), "{placement:?}");
    }
}

#[tokio::test]
async fn budget_shrinks_from_hop_to_hop() {
    for placement in BOTH {
        let last = World::new(placement).await;
        let puppet = Puppet::relaying(last.channel.clone());
        let first = World::planned(placement, Plan { puppet, ..Plan::default() }).await;
        let budget = Duration::from_secs(60);
        let call = deadline::scope(Deadline::after(budget), first.call("relay"));
        let answer = soon(call).await.unwrap();
        let [near, far] = [&answer.degraded, &answer.warnings].map(|told| Seen::read(told).left_ms);
        assert!(near < Some(60_000) && far < near, "{placement:?}: {near:?}, then {far:?}");
        assert!(far > Some(30_000), "{placement:?}: {far:?}");
    }
}

#[tokio::test]
async fn nobody_counts_where_nobody_set_a_limit() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let seen = Seen::read(&world.call("echo").await.unwrap().degraded);
        assert_eq!(seen.left_ms, None, "{placement:?}");
    }
}

#[tokio::test]
async fn peer_that_takes_connections_and_is_silent_is_late() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let channel = remote(&[listener.local_addr().unwrap()], Credentials::default());
    let call = deadline::scope(Deadline::after(SHORT), generate(client(channel), "echo"));
    assert_eq!(said(&soon(call).await.unwrap_err()), late());
}

#[tokio::test]
async fn cancellation_after_the_deadline_is_read_as_late() {
    let peer = service_fn(|_: http::Request<Body>| async {
        let deadline = deadline::current().unwrap();
        // Busy, so that the answer is there in the same poll in which the time is over.
        while !deadline.has_passed() {
            std::hint::spin_loop();
        }
        Ok::<_, std::convert::Infallible>(Status::cancelled("").into_http())
    });
    let call = ClientDeadline.layer(peer).oneshot(http::Request::new(Body::empty()));
    let answer = deadline::scope(Deadline::after(SHORT), call).await.unwrap();
    assert_eq!(said(&Status::from_header_map(answer.headers()).unwrap()), late());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn crowd_is_late_and_nothing_else() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let calls: Vec<_> = (0..500)
            .map(|index| {
                let budget = SHORT + Duration::from_micros(index * 20);
                let mut client = world.client();
                let call = async move { client.generate(silent()).await.unwrap_err() };
                chassis::task::spawn(deadline::scope(Deadline::after(budget), call))
            })
            .collect();
        for call in calls {
            assert_eq!(said(&soon(call).await.unwrap()), late(), "{placement:?}");
        }
    }
}

#[tokio::test]
async fn nearer_deadline_around_stays_in_force() {
    let far = Deadline::after(Duration::from_secs(60));
    let left = deadline::scope(
        Deadline::after(SHORT),
        deadline::scope(far, async { deadline::current().unwrap().remaining() }),
    );
    assert!(left.await <= SHORT);
}
