use chassis::channel::Channel;
use chassis::failure::Kind;
use tonic::Status;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::world::{BOTH, PUPPET, Plan, World, of, said, soon};

async fn check(channel: Channel, service: &str) -> Result<ServingStatus, Status> {
    let request = HealthCheckRequest { service: service.to_owned() };
    Ok(HealthClient::new(channel).check(request).await?.into_inner().status())
}

#[tokio::test]
async fn service_serves_once_it_says_so() {
    for placement in BOTH {
        let world = World::new(placement).await;
        for name in [PUPPET, ""] {
            let status = check(world.channel.clone(), name).await.unwrap();
            assert_eq!(status, ServingStatus::Serving, "{placement:?} {name:?}");
        }
        world.health.not_serving(PUPPET);
        for name in [PUPPET, ""] {
            let status = check(world.channel.clone(), name).await.unwrap();
            assert_eq!(status, ServingStatus::NotServing, "{placement:?} {name:?}");
        }
    }
}

#[tokio::test]
async fn unknown_service_is_not_found() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let status = check(world.channel.clone(), "nobody").await.unwrap_err();
        assert_eq!(said(&status), of(Kind::NotFound, "UNKNOWN_SERVICE"), "{placement:?}");
    }
}

#[tokio::test]
async fn probe_needs_no_token() {
    for placement in BOTH {
        let world =
            World::planned(placement, Plan { grpc_token: "caller", ..Plan::default() }).await;
        assert!(check(world.channel.clone(), "").await.is_ok(), "{placement:?}");
        assert!(world.call("echo").await.is_err(), "{placement:?}");
    }
}

#[tokio::test]
async fn watch_tells_each_change_and_ends_with_the_server() {
    for placement in BOTH {
        let world = World::new(placement).await;
        let mut client = HealthClient::new(world.channel.clone());
        let request = HealthCheckRequest { service: PUPPET.to_owned() };
        let mut watch = client.watch(request).await.unwrap().into_inner();
        let mut told = Vec::new();
        for step in 0.. {
            let Some(answer) = soon(watch.message()).await.unwrap() else { break };
            told.push(answer.status());
            match step {
                0 => world.health.not_serving(PUPPET),
                1 => world.health.serving(PUPPET),
                _ => world.stop.cancel(),
            }
        }
        let [up, down] = [ServingStatus::Serving, ServingStatus::NotServing];
        assert_eq!(told, [up, down, up, down], "{placement:?}");
    }
}
