use std::pin::Pin;

use futures_util::{Stream, StreamExt};
use proto::jobs::delivery_service_server::DeliveryService;
use proto::jobs::flow_service_server::FlowService;
use proto::jobs::job_service_server::JobService;
use proto::jobs::*;
use tokio_stream::wrappers::{ReceiverStream, WatchStream};
use tonic::{Request, Response, Status};

use super::{DELIVERY, Fake, JOB, lock};

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl JobService for Fake {
    type WatchJobStream = Pin<Box<dyn Stream<Item = Result<WatchJobResponse, Status>> + Send>>;

    async fn submit_job(&self, request: Request<SubmitJobRequest>) -> Answer<SubmitJobResponse> {
        self.note(&request).await?;
        let request = request.into_inner();
        lock(&self.0.submitted).push(request.clone());
        let replayed = request.idempotency_key == "known";
        let mut job = self.job();
        if !replayed {
            job.trace_id = self.last().trace_id;
        }
        Ok(Response::new(SubmitJobResponse { job: Some(job), replayed, warnings: vec![] }))
    }

    async fn get_job(&self, request: Request<GetJobRequest>) -> Answer<GetJobResponse> {
        self.note(&request).await?;
        Ok(Response::new(GetJobResponse { job: Some(self.job()) }))
    }

    async fn list_jobs(&self, request: Request<ListJobsRequest>) -> Answer<ListJobsResponse> {
        self.note(&request).await?;
        let next_page_token = "more".to_owned();
        Ok(Response::new(ListJobsResponse { jobs: vec![self.job()], next_page_token }))
    }

    async fn cancel_job(&self, request: Request<CancelJobRequest>) -> Answer<CancelJobResponse> {
        self.note(&request).await?;
        self.set(JobState::Cancelled);
        Ok(Response::new(CancelJobResponse { job: Some(self.job()) }))
    }

    async fn watch_job(&self, request: Request<WatchJobRequest>) -> Answer<Self::WatchJobStream> {
        self.note(&request).await?;
        lock(&self.0.watched).push(request.into_inner());
        if let Some(stream) = lock(&self.0.stream).take() {
            return Ok(Response::new(Box::pin(ReceiverStream::new(stream))));
        }
        let states = WatchStream::new(self.0.state.subscribe());
        let unended = states.take_while(|state| {
            let is_over = *state >= i32::from(JobState::Succeeded);
            std::future::ready(!is_over)
        });
        Ok(Response::new(Box::pin(unended.map(|_| Ok(WatchJobResponse { item: None })))))
    }

    async fn get_timeline(
        &self,
        request: Request<GetTimelineRequest>,
    ) -> Answer<GetTimelineResponse> {
        self.note(&request).await?;
        let entry = TimelineEntry {
            kind: "accept".into(),
            status: "ok".into(),
            ..TimelineEntry::default()
        };
        let job = self.job();
        let trace_id = job.trace_id.clone();
        Ok(Response::new(GetTimelineResponse { entries: vec![entry], trace_id, job: Some(job) }))
    }
}

#[tonic::async_trait]
impl DeliveryService for Fake {
    async fn list_deliveries(
        &self,
        request: Request<ListDeliveriesRequest>,
    ) -> Answer<ListDeliveriesResponse> {
        self.note(&request).await?;
        let answer = ListDeliveriesResponse { deliveries: vec![delivery()], ..Default::default() };
        Ok(Response::new(answer))
    }

    async fn replay_delivery(
        &self,
        request: Request<ReplayDeliveryRequest>,
    ) -> Answer<ReplayDeliveryResponse> {
        self.note(&request).await?;
        Ok(Response::new(ReplayDeliveryResponse { delivery: Some(delivery()) }))
    }
}

#[tonic::async_trait]
impl FlowService for Fake {
    async fn list_flows(&self, request: Request<ListFlowsRequest>) -> Answer<ListFlowsResponse> {
        self.note(&request).await?;
        Ok(Response::new(ListFlowsResponse { flows: vec![flow()] }))
    }

    async fn get_flow(&self, request: Request<GetFlowRequest>) -> Answer<GetFlowResponse> {
        self.note(&request).await?;
        let input_schema_json = r#"{"type":"object"}"#.to_owned();
        Ok(Response::new(GetFlowResponse { flow: Some(Flow { input_schema_json, ..flow() }) }))
    }
}

fn delivery() -> Delivery {
    Delivery {
        delivery_id: DELIVERY.into(),
        job_id: JOB.into(),
        url: "https://n8n.example.com/webhook".into(),
        state: DeliveryState::Delivered.into(),
        r#type: "job.succeeded".into(),
        ..Delivery::default()
    }
}

fn flow() -> Flow {
    Flow {
        flow: "proposal".into(),
        version: "ab12".into(),
        summary: "Writes proposals.".into(),
        steps: vec![FlowStep { id: "evidence".into(), kind: "retrieve".into() }],
        deadline: Some(prost_types::Duration { seconds: 120, nanos: 0 }),
        is_default: true,
        ..Flow::default()
    }
}
