use chassis::clock::Time;
use futures_util::StreamExt;
use proto::jobs::{
    CancelJobRequest, Event, GetJobRequest, Job, JobState, ListJobsRequest, WatchJobRequest,
    watch_job_response::Item,
};
use proto::json;

use crate::cli::Jobs;
use crate::client::Server;
use crate::exit::Exit;
use crate::print::{self, Style, styled};

/// Runs a command about jobs.
pub(crate) async fn run(server: &Server, command: Jobs, as_json: bool) -> Result<(), Exit> {
    match command {
        Jobs::List { status, flow, limit } => list(server, status, flow, limit, as_json).await,
        Jobs::Show { job } => {
            show(&get(server, job).await?, as_json);
            Ok(())
        }
        Jobs::Watch { job } => watch(server, job, as_json).await,
        Jobs::Cancel { job } => {
            let answer = server.jobs().cancel_job(CancelJobRequest { job_id: job }).await?;
            show(&answer.into_inner().job.unwrap_or_default(), as_json);
            Ok(())
        }
    }
}

/// Asks for one job.
pub(crate) async fn get(server: &Server, job_id: String) -> Result<Job, Exit> {
    let answer = server.jobs().get_job(GetJobRequest { job_id }).await?;
    Ok(answer.into_inner().job.unwrap_or_default())
}

/// Prints one job: its result for people, everything for scripts.
pub(crate) fn show(job: &Job, as_json: bool) {
    if as_json {
        return print::json(&json::Job::from(job));
    }
    print::line(row(job));
    for degraded in &job.degraded {
        print::line(styled(Style::Faint, format_args!("degraded: {degraded}")));
    }
    if let Some(error) = &job.error {
        print::line(styled(Style::Bad, format_args!("{}: {}", error.code, error.message)));
    }
    let result: Option<serde_json::Value> = serde_json::from_str(&job.result_json).ok();
    if let Some(result) = result {
        print::json(&result);
    }
}

/// Prints a job's events until it ends.
pub(crate) async fn watch(server: &Server, job_id: String, as_json: bool) -> Result<(), Exit> {
    let request = WatchJobRequest { job_id, after_seq: 0 };
    let mut items = server.jobs().watch_job(request).await?.into_inner();
    while let Some(item) = items.next().await {
        if let Some(Item::Event(event)) = item?.item {
            tell(&event, as_json);
        }
    }
    Ok(())
}

/// Waits until a job has ended.
pub(crate) async fn watch_quietly(server: &Server, job_id: &str) -> Result<(), Exit> {
    let request = WatchJobRequest { job_id: job_id.to_owned(), after_seq: 0 };
    let mut items = server.jobs().watch_job(request).await?.into_inner();
    while let Some(item) = items.next().await {
        if let Some(Item::Event(event)) = item?.item {
            print::progress(format_args!("{} {}", event.r#type, event.step));
        }
    }
    print::progress_done();
    Ok(())
}

async fn list(
    server: &Server,
    status: Option<String>,
    flow: String,
    limit: i32,
    as_json: bool,
) -> Result<(), Exit> {
    let state = status.map_or(Ok(JobState::Unspecified), |status| state(&status))?;
    let page_token = String::new();
    let request = ListJobsRequest { state: state.into(), flow, page_size: limit, page_token };
    let jobs = server.jobs().list_jobs(request).await?.into_inner().jobs;
    if as_json {
        print::json(&jobs.iter().map(json::Job::from).collect::<Vec<_>>());
        return Ok(());
    }
    jobs.iter().for_each(|job| print::line(row(job)));
    if jobs.is_empty() {
        print::note("no jobs; submit one with `throughline submit job.json`");
    }
    Ok(())
}

fn state(name: &str) -> Result<JobState, Exit> {
    let code = format!("JOB_STATE_{}", name.to_uppercase());
    JobState::from_str_name(&code).filter(|state| *state != JobState::Unspecified).ok_or_else(|| {
        Exit::failed(format_args!(
            "`{name}` is no job's state; try queued, running, waiting, succeeded, failed, cancelled or expired"
        ))
    })
}

fn row(job: &Job) -> String {
    let state = json::status_name(job.state());
    let style = match job.state() {
        JobState::Succeeded => Style::Good,
        JobState::Failed | JobState::Expired => Style::Bad,
        JobState::Unspecified
        | JobState::Queued
        | JobState::Running
        | JobState::Waiting
        | JobState::Cancelled => Style::Strong,
    };
    let created = time(job.created_at.as_ref()).unwrap_or_default();
    let state = styled(style, format_args!("{state:9}"));
    format!("{}  {state}  {:16}  {created}  trace {}", job.job_id, job.flow, job.trace_id)
}

fn tell(event: &Event, as_json: bool) {
    if as_json {
        print::json(&json::Event::from(event));
        return;
    }
    let at = time(event.at.as_ref()).unwrap_or_default();
    let step = if event.step.is_empty() { String::new() } else { format!(" {}", event.step) };
    print::line(format_args!("{at}  {:>3}  {}{step}", event.seq, event.r#type));
}

/// A moment from the wire.
pub(crate) fn time(time: Option<&prost_types::Timestamp>) -> Option<Time> {
    let time = time?;
    Some(Time::from_micros(time.seconds.saturating_mul(1_000_000) + i64::from(time.nanos) / 1000))
}
