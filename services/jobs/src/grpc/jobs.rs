use std::pin::Pin;
use std::time::Duration;

use chassis::auth::tenant;
use chassis::clock::Time;
use futures_util::{Stream, StreamExt};
use proto::jobs as pb;
use proto::jobs::callback_auth::Kind;
use proto::jobs::job_service_server::JobService;
use proto::jobs::watch_job_response::Item;
use tonic::{Request, Response, Status};

use crate::credential::Credential;
use crate::error::Error;
use crate::grpc::{convert, status};
use crate::job::{self, Filter};
use crate::jobs::{Callback, Jobs, Submission, Submitted};

pub(super) struct JobsOverGrpc(pub(super) Jobs);

type Events = Pin<Box<dyn Stream<Item = Result<pb::WatchJobResponse, Status>> + Send>>;

#[tonic::async_trait]
impl JobService for JobsOverGrpc {
    async fn submit_job(
        &self,
        request: Request<pb::SubmitJobRequest>,
    ) -> Result<Response<pb::SubmitJobResponse>, Status> {
        let submission = submission(request).map_err(status)?;
        let submitted = self.0.submit(submission).await.map_err(status)?;
        let Submitted { job, is_replayed, warnings } = submitted;
        let job = Some(convert::job(job));
        Ok(Response::new(pb::SubmitJobResponse { job, replayed: is_replayed, warnings }))
    }

    async fn get_job(
        &self,
        request: Request<pb::GetJobRequest>,
    ) -> Result<Response<pb::GetJobResponse>, Status> {
        let tenant = tenant(&request);
        let job = self.0.get(&tenant, &request.get_ref().job_id).await.map_err(status)?;
        Ok(Response::new(pb::GetJobResponse { job: Some(convert::job(job)) }))
    }

    async fn list_jobs(
        &self,
        request: Request<pb::ListJobsRequest>,
    ) -> Result<Response<pb::ListJobsResponse>, Status> {
        let tenant = tenant(&request);
        let pb::ListJobsRequest { state, flow, page_size, page_token } = request.into_inner();
        let state = convert::job_state(state).map_err(status)?;
        let filter = Filter { state, flow: said(flow) };
        let page = self.0.list(&tenant, &filter, page_size, &page_token).await;
        let page = page.map_err(status)?;
        let jobs = page.items.into_iter().map(convert::job).collect();
        Ok(Response::new(pb::ListJobsResponse { jobs, next_page_token: page.next }))
    }

    async fn cancel_job(
        &self,
        request: Request<pb::CancelJobRequest>,
    ) -> Result<Response<pb::CancelJobResponse>, Status> {
        let tenant = tenant(&request);
        let job = self.0.cancel(&tenant, &request.get_ref().job_id).await.map_err(status)?;
        Ok(Response::new(pb::CancelJobResponse { job: Some(convert::job(job)) }))
    }

    type WatchJobStream = Events;

    async fn watch_job(
        &self,
        request: Request<pb::WatchJobRequest>,
    ) -> Result<Response<Events>, Status> {
        let tenant = tenant(&request);
        let pb::WatchJobRequest { job_id, after_seq } = request.into_inner();
        let events = self.0.watch(&tenant, &job_id, after_seq).await.map_err(status)?;
        let events = events.map(|event| {
            let item = Item::Event(convert::event(event.map_err(status)?));
            Ok(pb::WatchJobResponse { item: Some(item) })
        });
        Ok(Response::new(Box::pin(events)))
    }

    async fn get_timeline(
        &self,
        request: Request<pb::GetTimelineRequest>,
    ) -> Result<Response<pb::GetTimelineResponse>, Status> {
        let tenant = tenant(&request);
        let timeline = self.0.timeline(&tenant, &request.get_ref().job_id).await;
        let timeline = timeline.map_err(status)?;
        let trace_id = timeline.job.trace_id().to_owned();
        let job = job::Job { result: None, ..timeline.job };
        Ok(Response::new(pb::GetTimelineResponse {
            entries: timeline.entries.into_iter().map(convert::entry).collect(),
            trace_id,
            job: Some(convert::job(job)),
        }))
    }
}

fn submission(request: Request<pb::SubmitJobRequest>) -> Result<Submission, Error> {
    let tenant = tenant(&request);
    let request = request.into_inner();
    let deadline = request.deadline.map(Duration::try_from).transpose();
    let run_at = request.run_at.map(|at| convert::time(&at)).transpose();
    Ok(Submission {
        tenant,
        flow: said(request.flow),
        input: request.input_json,
        callback: request.callback.map(callback).transpose()?,
        key: said(request.idempotency_key),
        correlation: said(request.correlation_json),
        deadline: deadline.map_err(|_| Error::InvalidDeadline)?,
        priority: request.priority,
        run_at: run_at?.filter(|at| *at > Time::from_micros(0)),
    })
}

fn callback(callback: pb::Callback) -> Result<Callback, Error> {
    let auth = callback.auth.map(credential).transpose()?;
    Ok(Callback { url: callback.url, auth })
}

fn credential(auth: pb::CallbackAuth) -> Result<Credential, Error> {
    let (field, what) = ("callback.auth", "must hold basic or header");
    let kind = auth.kind.ok_or(Error::InvalidCallbackAuth { field, what })?;
    Ok(match kind {
        Kind::Basic(auth) => Credential::Basic { user: auth.user, pass: auth.pass.into() },
        Kind::Header(auth) => Credential::Header { name: auth.name, value: auth.value.into() },
    })
}

fn said(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
