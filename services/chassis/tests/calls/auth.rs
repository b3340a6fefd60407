use chassis::auth::{self, Credentials, Tenant};
use chassis::failure::Kind;
use proto::generation::generate_stream_response::Event;
use proto::generation::{GenerateRequest, GenerateStreamRequest};
use tonic::metadata::MetadataValue;
use tonic::{Request, Status};

use crate::puppet::Seen;
use crate::world::{BOTH, Plan, World, of, said, secret};

/// Tokens that are configured, headers that come, and the tenant or the reason of the refusal.
type Row = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    Result<&'static str, &'static str>,
);

const CALLER: (&str, &str) = ("authorization", "Bearer caller");
const ROLE: (&str, &str) = ("authorization", "Bearer role");
const ACME: (&str, &str) = ("throughline-tenant", "acme");

const TABLE: &[Row] = &[
    ("", "", &[], Ok("configured")),
    ("", "", &[ACME], Ok("configured")),
    ("", "", &[("authorization", "Bearer whatever")], Ok("configured")),
    ("caller", "", &[CALLER], Ok("configured")),
    ("caller", "", &[CALLER, ACME], Ok("configured")),
    ("caller", "", &[("authorization", "bearer caller")], Ok("configured")),
    ("caller", "", &[], Err("MISSING_TOKEN")),
    ("caller", "", &[ACME], Err("MISSING_TOKEN")),
    ("caller", "", &[("authorization", "Basic caller")], Err("MISSING_TOKEN")),
    ("caller", "", &[CALLER, ROLE], Err("MISSING_TOKEN")),
    ("caller", "", &[ROLE], Err("WRONG_TOKEN")),
    ("caller", "", &[("authorization", "Bearer callers")], Err("WRONG_TOKEN")),
    ("caller", "", &[("authorization", "Bearer ")], Err("WRONG_TOKEN")),
    ("caller", "role", &[CALLER, ACME], Ok("configured")),
    ("caller", "role", &[ROLE], Ok("configured")),
    ("caller", "role", &[ROLE, ACME], Ok("acme")),
    ("caller", "role", &[ROLE, ("throughline-tenant", "A B")], Err("INVALID_TENANT")),
    ("caller", "role", &[ROLE, ACME, ("throughline-tenant", "other")], Err("INVALID_TENANT")),
    ("", "role", &[ROLE, ACME], Ok("acme")),
    ("", "role", &[], Err("MISSING_TOKEN")),
    ("", "role", &[("authorization", "Bearer ")], Err("WRONG_TOKEN")),
];

#[tokio::test]
async fn tenant_is_whom_the_token_stands_for() {
    for placement in BOTH {
        for (grpc_token, internal_token, headers, expected) in TABLE {
            let world =
                World::planned(placement, Plan { grpc_token, internal_token, ..Plan::default() });
            let world = world.await;
            let answer = world.client().generate(presenting(headers)).await;
            let told = answer.map(|answer| Seen::read(&answer.into_inner().degraded).tenant);
            let expected =
                expected.map(str::to_owned).map_err(|reason| of(Kind::Unauthenticated, reason));
            assert_eq!(told.map_err(|status| said(&status)), expected, "{placement:?} {headers:?}");
        }
    }
}

fn presenting(headers: &[(&'static str, &'static str)]) -> Request<GenerateRequest> {
    let mut request = Request::new(GenerateRequest::default());
    for (name, value) in headers {
        request.metadata_mut().append(*name, MetadataValue::from_static(value));
    }
    request
}

#[tokio::test]
async fn refusal_says_what_to_do_and_not_what_was_sent() {
    let world = World::planned(BOTH[1], Plan { grpc_token: "caller", ..Plan::default() }).await;
    let status = world.client().generate(presenting(&[ROLE])).await.unwrap_err();
    assert_eq!(
        status.message(),
        "wrong token: compare it with grpc.token, and grpc.internal_token between roles"
    );
}

#[tokio::test]
async fn roles_speak_for_the_tenant_they_work_for() {
    for placement in BOTH {
        let credentials = Credentials::new(&secret("role"), &secret("caller"));
        let plan =
            Plan { grpc_token: "caller", internal_token: "role", credentials, ..Plan::default() };
        let world = World::planned(placement, plan).await;
        let acme = Tenant::new("acme").unwrap();
        let answer = auth::scope(acme, world.call("echo")).await.unwrap();
        assert_eq!(Seen::read(&answer.degraded).tenant, "acme", "{placement:?}");
    }
}

#[tokio::test]
async fn callers_token_is_presented_where_there_is_no_other() {
    for placement in BOTH {
        let credentials = Credentials::new(&secret(""), &secret("caller"));
        let world = Plan { grpc_token: "caller", credentials, ..Plan::default() };
        let world = World::planned(placement, world).await;
        let acme = Tenant::new("acme").unwrap();
        let answer = auth::scope(acme, world.call("echo")).await.unwrap();
        assert_eq!(Seen::read(&answer.degraded).tenant, "configured", "{placement:?}");
    }
}

#[tokio::test]
async fn body_is_made_for_the_same_tenant_as_the_head() {
    for placement in BOTH {
        let credentials = Credentials::new(&secret("role"), &secret(""));
        let plan = Plan { internal_token: "role", credentials, ..Plan::default() };
        let world = World::planned(placement, plan).await;
        let told = auth::scope(Tenant::new("acme").unwrap(), first_delta(&world)).await.unwrap();
        assert_eq!(told.split(' ').next(), Some("acme"), "{placement:?}");
    }
}

async fn first_delta(world: &World) -> Result<String, Status> {
    let request = GenerateStreamRequest::default();
    let mut deltas = world.client().generate_stream(request).await?.into_inner();
    match deltas.message().await?.and_then(|delta| delta.event) {
        Some(Event::Delta(text)) => Ok(text),
        other => panic!("{other:?}"),
    }
}

#[test]
fn credentials_do_not_show_their_token() {
    let credentials = Credentials::new(&secret("role"), &secret("caller"));
    let shown = format!("{credentials:?}");
    assert!(!shown.contains("role\"") && !shown.contains("caller"), "{shown}");
}

#[test]
fn token_is_what_survives_a_header() {
    for (text, is_token) in [
        ("a-B.c_1~=", true),
        ("", false),
        (" a", false),
        ("a b", false),
        ("ä", false),
        ("a\n", false),
    ] {
        assert_eq!(auth::is_token(text), is_token, "{text:?}");
    }
}
