use std::io::Read;
use std::path::Path;

use proto::jobs::{Callback, Job, JobState, SubmitJobRequest};
use proto::json;

use crate::cli::Submit;
use crate::client::Server;
use crate::command::jobs;
use crate::exit::Exit;
use crate::print;

/// Submits a job, and waits for it where that is asked.
pub(crate) async fn run(server: &Server, submit: Submit, as_json: bool) -> Result<(), Exit> {
    let request = SubmitJobRequest {
        flow: submit.flow,
        input_json: read(&submit.input)?,
        callback: submit.callback.map(|url| Callback { url, auth: None }),
        idempotency_key: submit.idempotency_key,
        deadline: submit.deadline.and_then(|deadline| deadline.try_into().ok()),
        ..SubmitJobRequest::default()
    };
    let answer = server.jobs().submit_job(request).await?.into_inner();
    for warning in &answer.warnings {
        print::note(format_args!("warning: {warning}"));
    }
    let job = answer.job.unwrap_or_default();
    if !submit.wait {
        accepted(&job, as_json);
        return Ok(());
    }
    jobs::watch_quietly(server, &job.job_id).await?;
    let job = jobs::get(server, job.job_id).await?;
    jobs::show(&job, as_json);
    ended(&job)
}

fn accepted(job: &Job, as_json: bool) {
    if as_json {
        print::json(&json::Job::from(job));
        return;
    }
    print::line(&job.job_id);
    print::note(format_args!(
        "trace {}; follow it: throughline jobs watch {}",
        job.trace_id, job.job_id
    ));
}

/// A script that waited wants to know how the job ended.
fn ended(job: &Job) -> Result<(), Exit> {
    if job.state() == JobState::Succeeded {
        return Ok(());
    }
    Err(Exit::Failed(format!("the job is {}", json::status_name(job.state()))))
}

fn read(path: &Path) -> Result<String, Exit> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.map_err(|error| Exit::Failed(format!("{}: {error}", path.display())))?;
    Ok(text)
}
