//! Who is let in, over gRPC and over HTTP, and whose data it then is.

use e2e::{Setup, Suite, everywhere, sample};
use proto::jobs::job_service_client::JobServiceClient;
use proto::jobs::{Callback, GetJobRequest, ListJobsRequest, SubmitJobRequest};
use proto::retrieval::retrieval_service_client::RetrievalServiceClient;
use proto::retrieval::{GetDocumentRequest, PutDocumentRequest, SearchRequest};
use serde_json::json;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};

const TOKEN: &str = "a-token-of-callers";
const INTERNAL: &str = "a-token-between-roles";

everywhere! {
    /// With a token set, who has none or a wrong one is turned away by every role, and told why; probes are not.
    async fn grpc_asks_for_its_token(world: World) {
        let suite = Suite::start(world, Setup::plain().with("grpc.token", TOKEN)).await;
        for role in ["jobs", "retrieval", "rerank", "generation"] {
            let channel = connect(&suite, role).await;
            health(channel.clone()).await.unwrap_or_else(|refused| panic!("{role}: {refused:?}"));
            for (token, reason) in [(None, "missing_token"), (Some("wrong"), "wrong_token"), (Some(""), "wrong_token")] {
                let refused = reflect(channel.clone(), token).await.unwrap_err();
                let code = chassis::failure::Problem::of(&refused).code;
                assert_eq!((refused.code(), code.as_str()), (Code::Unauthenticated, reason), "{role} {token:?}");
            }
            reflect(channel, Some(TOKEN)).await.unwrap_or_else(|refused| panic!("{role}: {refused:?}"));
        }
        let mut jobs = JobServiceClient::new(connect(&suite, "jobs").await);
        let refused = jobs.list_jobs(ListJobsRequest::default()).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unauthenticated);
        jobs.list_jobs(as_caller(ListJobsRequest::default(), TOKEN, None)).await.unwrap();
    }

    /// The roles know each other by the callers' token, where they have no other.
    async fn roles_pass_with_the_callers_token(world: World) {
        line_works(world, Setup::plain().with("grpc.token", TOKEN)).await;
    }

    /// The roles know each other by a token of their own, whether or not callers have one.
    async fn roles_pass_with_their_own_token(world: World) {
        line_works(world, Setup::plain().with("grpc.token", TOKEN).with("grpc.internal_token", INTERNAL)).await;
        line_works(world, Setup::plain().with("grpc.internal_token", INTERNAL)).await;
    }

    /// With a password set, HTTP asks for it everywhere but where a platform looks whether it lives.
    async fn http_asks_for_its_password(world: World) {
        let setup = Setup::plain()
            .with("gateway.auth", "basic")
            .with("gateway.basic.user", "ann")
            .with("gateway.basic.pass", "0123");
        let mut suite = Suite::start(world, setup).await;
        let stranger = reqwest::Client::builder().no_proxy().build().unwrap();
        let ping = stranger.get(format!("{}/ping", suite.http)).send().await.unwrap();
        assert_eq!(ping.status(), 200);
        for path in ["/v1/jobs", "/v1/collections", "/v1/flows"] {
            for pass in [None, Some("123"), Some("")] {
                let request = stranger.get(format!("{}{path}", suite.http));
                let request = match pass {
                    Some(pass) => request.basic_auth("ann", Some(pass)),
                    None => request,
                };
                let answer = request.send().await.unwrap();
                assert_eq!(answer.status(), 401, "{path} {pass:?}");
                assert!(answer.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic "));
                let problem: serde_json::Value = answer.json().await.unwrap();
                assert_eq!(problem["code"], "unauthenticated", "{problem}");
            }
        }
        let refused = stranger.post(format!("{}/invocations", suite.http)).json(&sample()).send().await.unwrap();
        assert_eq!(refused.status(), 401);
        let id = suite.submit(json!({ "input": sample() })).await;
        suite.told(&id).await;
        assert_eq!(suite.get("/v1/jobs").await["jobs"].as_array().unwrap().len(), 1);
    }

    /// A tenant that a caller names by itself is nobody's word: it stays the tenant that it is.
    async fn tenant_of_a_caller_is_ignored(world: World) {
        for setup in [Setup::plain(), Setup::plain().with("grpc.token", TOKEN).with("grpc.internal_token", INTERNAL)] {
            let suite = Suite::start(world, setup).await;
            put(&suite, TOKEN, Some("red")).await.unwrap();
            get(&suite, TOKEN, None).await.unwrap();
            get(&suite, TOKEN, Some("blue")).await.unwrap();
            let over_http = suite.get("/v1/collections/notes/documents/one").await;
            assert_eq!(over_http["text"], "red ledger", "{over_http}");
        }
    }

    /// Behind the internal token a tenant's documents and jobs are its own: nobody else sees that they exist.
    async fn tenants_do_not_see_each_other(world: World) {
        let setup = Setup::plain().with("grpc.token", TOKEN).with("grpc.internal_token", INTERNAL);
        let mut suite = Suite::start(world, setup).await;
        put(&suite, INTERNAL, Some("red")).await.unwrap();
        let job = submit(&suite, "red").await;
        let told = suite.told(&job).await;
        assert_eq!(told.body["data"]["status"], "succeeded", "{}", told.body);

        get(&suite, INTERNAL, Some("red")).await.unwrap();
        assert_eq!(listed(&suite, INTERNAL, Some("red")).await, std::slice::from_ref(&job));
        for (token, tenant) in [(INTERNAL, Some("blue")), (INTERNAL, None), (TOKEN, Some("red"))] {
            let unseen = get(&suite, token, tenant).await.unwrap_err();
            assert_eq!(unseen.code(), Code::NotFound, "{tenant:?}");
            let unseen = search(&suite, token, tenant).await.unwrap_err();
            assert_eq!(unseen.code(), Code::NotFound, "{tenant:?}");
            let unseen = job_of(&suite, &job, token, tenant).await.unwrap_err();
            assert_eq!(unseen.code(), Code::NotFound, "{tenant:?}");
            assert!(listed(&suite, token, tenant).await.is_empty(), "{tenant:?}");
        }
        let over_http = suite.request("GET", &format!("/v1/jobs/{job}")).send().await.unwrap();
        assert_eq!(over_http.status(), 404);
        let unnamed = get(&suite, INTERNAL, Some("RED!")).await.unwrap_err();
        assert_eq!(unnamed.code(), Code::Unauthenticated);
    }
}

/// A job goes all the way, and the command line's door is open to who has the token.
async fn line_works(world: e2e::World, setup: Setup) {
    let mut suite = Suite::start(world, setup).await;
    crate::happy::put(&suite, "portfolio", "ledger", "A ledger for card payments, in Rust.").await;
    let id = suite.submit(json!({ "input": sample() })).await;
    let call = suite.told(&id).await;
    assert_eq!(call.body["data"]["status"], "succeeded", "{}", call.body);
    assert_eq!(call.body["data"]["result"]["citations"][0]["document_id"], "ledger");
}

async fn connect(suite: &Suite, role: &str) -> Channel {
    Endpoint::from_shared(suite.grpc[role].clone()).unwrap().connect().await.unwrap()
}

/// A request as a caller from outside makes it.
fn as_caller<T>(message: T, token: &str, tenant: Option<&str>) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    if let Some(tenant) = tenant {
        request.metadata_mut().insert("throughline-tenant", tenant.parse().unwrap());
    }
    request
}

async fn health(channel: Channel) -> Result<(), Status> {
    let mut client = tonic_health::pb::health_client::HealthClient::new(channel);
    client.check(tonic_health::pb::HealthCheckRequest::default()).await.map(|_| ())
}

/// Asks for what every server has besides health: its own description.
async fn reflect(channel: Channel, token: Option<&str>) -> Result<(), Status> {
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    let mut request = Request::new(tokio_stream::empty());
    if let Some(token) = token {
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    ServerReflectionClient::new(channel).server_reflection_info(request).await.map(|_| ())
}

async fn put(suite: &Suite, token: &str, tenant: Option<&str>) -> Result<(), Status> {
    let document = PutDocumentRequest {
        collection: "notes".into(),
        document_id: "one".into(),
        text: "red ledger".into(),
        ..Default::default()
    };
    let mut client = RetrievalServiceClient::new(connect(suite, "retrieval").await);
    client.put_document(as_caller(document, token, tenant)).await.map(|_| ())
}

async fn get(suite: &Suite, token: &str, tenant: Option<&str>) -> Result<(), Status> {
    let asked = GetDocumentRequest { collection: "notes".into(), document_id: "one".into() };
    let mut client = RetrievalServiceClient::new(connect(suite, "retrieval").await);
    client.get_document(as_caller(asked, token, tenant)).await.map(|_| ())
}

async fn search(suite: &Suite, token: &str, tenant: Option<&str>) -> Result<(), Status> {
    let asked =
        SearchRequest { collection: "notes".into(), query: "ledger".into(), ..Default::default() };
    let mut client = RetrievalServiceClient::new(connect(suite, "retrieval").await);
    client.search(as_caller(asked, token, tenant)).await.map(|_| ())
}

async fn submit(suite: &Suite, tenant: &str) -> String {
    let job = SubmitJobRequest {
        input_json: sample().to_string(),
        callback: Some(Callback { url: suite.receiver.url.clone(), auth: None }),
        ..Default::default()
    };
    let mut client = JobServiceClient::new(connect(suite, "jobs").await);
    let answer = client.submit_job(as_caller(job, INTERNAL, Some(tenant))).await.unwrap();
    answer.into_inner().job.unwrap().job_id
}

async fn job_of(suite: &Suite, id: &str, token: &str, tenant: Option<&str>) -> Result<(), Status> {
    let mut client = JobServiceClient::new(connect(suite, "jobs").await);
    let asked = GetJobRequest { job_id: id.into() };
    client.get_job(as_caller(asked, token, tenant)).await.map(|_| ())
}

async fn listed(suite: &Suite, token: &str, tenant: Option<&str>) -> Vec<String> {
    let mut client = JobServiceClient::new(connect(suite, "jobs").await);
    let answer =
        client.list_jobs(as_caller(ListJobsRequest::default(), token, tenant)).await.unwrap();
    answer.into_inner().jobs.into_iter().map(|job| job.job_id).collect()
}
