use std::time::Instant;

use axum::response::IntoResponse;
use chassis::deadline::{self, Deadline};
use proto::json::Job;

use crate::answer::{Ended, Found, Json};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::grpc::{Peers, Within};
use crate::routes::echo::{Answered, Refused};
use crate::submission::{Asked, Op};

/// Answers what is no job, in the time that a caller may wait.
pub(super) async fn answer(
    gateway: &Gateway,
    asked: Asked,
    since: Instant,
) -> Result<Answered, Refused> {
    let left = gateway.config().max_wait.saturating_sub(since.elapsed());
    let job_id = asked.op.job_id().map(str::to_owned);
    let answered = Box::pin(perform(gateway.peers(), asked.op, asked.warnings));
    let answered = deadline::scope(Deadline::after(left), answered).await;
    answered.map_err(|error| Refused::about(error, job_id))
}

async fn perform(peers: &Peers, op: Op, warnings: Vec<String>) -> Result<Answered, Error> {
    match op {
        Op::Status(job_id) => {
            peers.check_op("status")?;
            peers.job(job_id).await.map(|job| of_job(job, warnings))
        }
        Op::Cancel(job_id) => {
            peers.check_op("cancel")?;
            peers.cancel(job_id).await.map(|job| of_job(job, warnings))
        }
        Op::Search(search) => {
            peers.check_op("search")?;
            let mut found: Found = peers.search(*search).await?;
            found.warnings.extend(warnings);
            Ok(Answered::of(Json::ok(found).into_response()))
        }
        Op::Embed(body) => {
            peers.check_op("embed")?;
            let vectors = peers.embed(body, &warnings).await?;
            Ok(Answered::of(Json::ok(vectors).into_response()))
        }
        Op::Rerank(body) => {
            peers.check_op("rerank")?;
            let order = peers.rerank(body, &warnings).await?;
            Ok(Answered::of(Json::ok(order).into_response()))
        }
        Op::Generate(body) => {
            peers.check_op("generate")?;
            let text = peers.generate(body, &warnings).await?;
            Ok(Answered::of(Json::ok(text).into_response()))
        }
        Op::Call { method, request } => {
            let method = peers.method(&method)?;
            let answer = method.ask(request, Within::Request, &warnings).await?;
            Ok(Answered::of(Json::ok(answer).into_response()))
        }
    }
}

fn of_job(job: Job, warnings: Vec<String>) -> Answered {
    let trace_id = job.trace_id.clone();
    Answered::of_trace(Json::ok(Ended { job, warnings }).into_response(), trace_id)
}
