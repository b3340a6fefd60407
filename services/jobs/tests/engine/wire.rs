//! The three services over gRPC, as strangers call them.

use chassis::auth::{Credentials, Tenant, Verifier};
use chassis::channel::{self, Channel};
use chassis::failure::reason;
use chassis::secret::Secret;
use chassis::server::Services;
use futures_util::TryStreamExt;
use proto::jobs as pb;
use proto::jobs::delivery_service_client::DeliveryServiceClient;
use proto::jobs::flow_service_client::FlowServiceClient;
use proto::jobs::job_service_client::JobServiceClient;
use proto::jobs::watch_job_response::Item;
use tonic::{Code, Status};

use crate::world::{Place, World};

const NOBODY: &str = "job_00000000000000000000000000";

fn channel(world: &World) -> Channel {
    let (jobs, deliveries, flows) = world.jobs().servers();
    let services = Services::new().add(jobs).add(deliveries).add(flows);
    let verifier = Verifier::new(Secret::default(), Secret::default(), Tenant::default());
    channel::local(services.build(verifier), Credentials::default())
}

fn request(input: &str) -> pb::SubmitJobRequest {
    pb::SubmitJobRequest { input_json: input.to_owned(), ..pb::SubmitJobRequest::default() }
}

fn told(status: &Status) -> (Code, String) {
    (status.code(), reason(status).unwrap_or_default())
}

pub(crate) async fn a_job_over_grpc(place: Place) {
    let world = World::start(place).await;
    let channel = channel(&world);
    let mut jobs = JobServiceClient::new(channel.clone());
    let job = jobs.submit_job(request(r#"{"title":"x"}"#)).await.unwrap().into_inner();
    let job_id = job.job.unwrap().job_id;
    let watch = pb::WatchJobRequest { job_id: job_id.clone(), after_seq: 0 };
    let events: Vec<_> =
        jobs.watch_job(watch).await.unwrap().into_inner().try_collect().await.unwrap();
    let Some(Item::Event(last)) = &events.last().unwrap().item else { panic!("no event") };
    assert_eq!(last.r#type, "succeeded");
    world.settled(&job_id).await;
    let get = pb::GetJobRequest { job_id: job_id.clone() };
    let job = jobs.get_job(get).await.unwrap().into_inner().job.unwrap();
    assert_eq!(job.state(), pb::JobState::Succeeded);
    assert_eq!(job.usage.unwrap().calls.len(), 3);
    let ask = pb::GetTimelineRequest { job_id: job_id.clone() };
    let timeline = jobs.get_timeline(ask).await.unwrap().into_inner();
    assert_eq!((timeline.entries.len(), timeline.trace_id), (7, job.trace_id));
    assert!(timeline.job.unwrap().result_json.is_empty());
    let ask = pb::ListDeliveriesRequest { job_id, ..pb::ListDeliveriesRequest::default() };
    let mut deliveries = DeliveryServiceClient::new(channel);
    let listed = deliveries.list_deliveries(ask).await.unwrap().into_inner().deliveries;
    assert_eq!(listed[0].attempts[0].status, 204);
    let replay = pb::ReplayDeliveryRequest { delivery_id: listed[0].delivery_id.clone() };
    let replayed = deliveries.replay_delivery(replay).await.unwrap().into_inner().delivery;
    assert_eq!(replayed.unwrap().state(), pb::DeliveryState::Pending);
}

pub(crate) async fn flows_over_grpc(place: Place) {
    let world = World::start(place).await;
    let mut flows = FlowServiceClient::new(channel(&world));
    let listed = flows.list_flows(pb::ListFlowsRequest {}).await.unwrap().into_inner().flows;
    assert_eq!((listed[0].flow.as_str(), listed[0].is_default), ("letters", true));
    assert!(listed[0].input_schema_json.is_empty());
    let steps: Vec<_> = listed[0].steps.iter().map(|step| step.kind.as_str()).collect();
    assert_eq!(steps, ["generate"; 3]);
    let get = pb::GetFlowRequest { flow: "letters".to_owned() };
    let flow = flows.get_flow(get).await.unwrap().into_inner().flow.unwrap();
    assert!(flow.input_schema_json.contains("title") && flow.sample_json.contains("title"));
    let get = pb::GetFlowRequest { flow: "other".to_owned() };
    let status = flows.get_flow(get).await.unwrap_err();
    assert_eq!(told(&status), (Code::NotFound, "FLOW_NOT_FOUND".to_owned()));
}

pub(crate) async fn strange_requests_are_told_what_is_wrong(place: Place) {
    let world = World::start(place).await;
    let mut jobs = JobServiceClient::new(channel(&world));
    let good = r#"{"title":"x"}"#;
    let duration = |seconds, nanos| Some(prost_types::Duration { seconds, nanos });
    let moment = |seconds, nanos| Some(prost_types::Timestamp { seconds, nanos });
    let auth = Some(pb::CallbackAuth::default());
    let empty_auth = pb::Callback { url: world.receiver.url("/x"), auth };
    for (request, expected) in [
        (request("{"), "MALFORMED_JSON"),
        (request("{}"), "INVALID_INPUT"),
        (pb::SubmitJobRequest { deadline: duration(-1, 0), ..request(good) }, "INVALID_DEADLINE"),
        (
            pb::SubmitJobRequest { deadline: duration(i64::MAX, 0), ..request(good) },
            "INVALID_DEADLINE",
        ),
        (pb::SubmitJobRequest { run_at: moment(i64::MAX, 0), ..request(good) }, "INVALID_RUN_AT"),
        (pb::SubmitJobRequest { run_at: moment(1, -1), ..request(good) }, "INVALID_RUN_AT"),
        (
            pb::SubmitJobRequest { callback: Some(pb::Callback::default()), ..request(good) },
            "INVALID_CALLBACK",
        ),
        (
            pb::SubmitJobRequest { callback: Some(empty_auth), ..request(good) },
            "INVALID_CALLBACK_AUTH",
        ),
    ] {
        let status = jobs.submit_job(request).await.unwrap_err();
        assert_eq!(told(&status), (Code::InvalidArgument, expected.to_owned()), "{status}");
    }
    let list = |state, page_size| pb::ListJobsRequest { state, page_size, ..Default::default() };
    for (request, expected) in [(list(99, 0), "UNKNOWN_STATE"), (list(0, -1), "INVALID_LIMIT")] {
        let status = jobs.list_jobs(request).await.unwrap_err();
        assert_eq!(told(&status), (Code::InvalidArgument, expected.to_owned()));
    }
    let get = |job_id: &str| pb::GetJobRequest { job_id: job_id.to_owned() };
    let status = jobs.get_job(get("'; drop table job")).await.unwrap_err();
    assert_eq!(told(&status), (Code::InvalidArgument, "INVALID_ID".to_owned()));
    let status = jobs.get_job(get(NOBODY)).await.unwrap_err();
    assert_eq!(told(&status), (Code::NotFound, "JOB_NOT_FOUND".to_owned()));
}
