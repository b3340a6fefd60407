//! One job from the caller to a verified webhook, on a throw-away store.

mod webhook;

use std::time::Duration;

use bytes::Bytes;
use chassis::clock::Clock;
use chassis::http::{Outbound, OutboundConfig, Request};
use http::{HeaderMap, Method};
use proto::jobs::{GetFlowRequest, GetTimelineRequest, GetTimelineResponse};
use serde_json::{Value, json};

use crate::cli::Options;
use crate::client::Server;
use crate::command::trace;
use crate::config;
use crate::demo::webhook::{Received, Webhook};
use crate::exit::Exit;
use crate::print::{self, Style, styled};
use crate::suite::Suite;

/// How long a demo may take; it takes a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the demo; on a terminal the suite goes on serving until Ctrl-C.
pub(crate) async fn run(options: &Options) -> Result<(), Exit> {
    let folder = tempfile::tempdir().map_err(Exit::failed)?;
    let webhook = Webhook::start().await.map_err(Exit::failed)?;
    let suite = Box::pin(start(options, folder.path(), &webhook)).await?;
    suite.ready().await;
    let outcome = show(&suite, webhook).await;
    if let Ok(job) = &outcome {
        if print::is_terminal() {
            invite(&suite);
        }
        // The last line is for scripts, and nothing may follow it.
        print::line(format_args!("verified {} {}", job.id, job.trace));
        if print::is_terminal() {
            crate::serve::interrupted().await;
        }
    }
    suite.stop().await;
    outcome.map(drop)
}

struct Shown {
    id: String,
    trace: String,
}

async fn start(
    options: &Options,
    folder: &std::path::Path,
    webhook: &Webhook,
) -> Result<Suite, Exit> {
    let own = [
        ("database.url", format!("sqlite:{}", folder.join("state").display())),
        ("webhook.secret", webhook.secret.expose().to_owned()),
        ("roles", String::new()),
    ];
    let mut options = options.clone();
    options.set.extend(own.map(|(key, value)| (key.to_owned(), value)));
    if !options.set.iter().any(|(key, _)| key == "log.level") {
        options.set.push(("log.level".to_owned(), "warn".to_owned()));
    }
    for key in ["gateway.listen", "grpc.listen"] {
        if !options.set.iter().any(|(set, _)| set == key) {
            options.set.push((key.to_owned(), config::free_or_any(&options, key).await?));
        }
    }
    Suite::start_with(&options, Clock::default()).await
}

async fn show(suite: &Suite, mut webhook: Webhook) -> Result<Shown, Exit> {
    let server = suite.server();
    let accepted = submit(suite, &server, &webhook.url).await?;
    let id = text(&accepted, "job_id");
    print::line(format_args!("accepted  {id}  (POST {}/invocations answered 202)", base(suite)));
    let received = webhook.next(PATIENCE).await.map_err(Exit::Failed)?;
    let Received { id: delivery, kind, data } = received;
    print::line(format_args!("webhook   {delivery}  {kind}, signature verified"));
    print::line("");
    trace::show(&timeline(&server, &id).await?);
    print::line("");
    print::line(styled(Style::Strong, "The proposal"));
    print::line(text(&data["result"], "proposal"));
    for degraded in data["degraded"].as_array().into_iter().flatten() {
        print::line(styled(
            Style::Faint,
            format_args!("degraded: {}", degraded.as_str().unwrap_or_default()),
        ));
    }
    print::line("");
    let trace = text(&data, "trace_id");
    print::line(format_args!("trace     {trace}"));
    if kind != "job.succeeded" || text(&data, "job_id") != id {
        return Err(Exit::Failed(format!("the job did not succeed: {}", data["error"])));
    }
    Ok(Shown { id, trace })
}

/// Posts the sample job as any caller would, over HTTP.
async fn submit(suite: &Suite, server: &Server, callback: &str) -> Result<Value, Exit> {
    let flow = server.flows().get_flow(GetFlowRequest { flow: "proposal".to_owned() }).await?;
    let sample = flow.into_inner().flow.unwrap_or_default().sample_json;
    let input: Value = serde_json::from_str(&sample).map_err(Exit::failed)?;
    let body = json!({ "input": input, "callback": { "url": callback } });
    let outbound = Outbound::new(&OutboundConfig::default()).map_err(Exit::failed)?;
    let request = Request {
        method: Method::POST,
        url: format!("{}/invocations", base(suite)),
        headers: HeaderMap::new(),
        body: Bytes::from(body.to_string()),
        timeout: PATIENCE,
        max_body: 1 << 20,
    };
    let answer = outbound.operator().send(request).await.map_err(Exit::failed)?;
    let accepted: Value = serde_json::from_slice(&answer.body).map_err(Exit::failed)?;
    if answer.status != 202 {
        return Err(Exit::Failed(format!("the gateway answered {}: {accepted}", answer.status)));
    }
    Ok(accepted)
}

/// The job's timeline, once its delivery is in it: the acknowledgement is recorded after we sent it.
async fn timeline(server: &Server, job: &str) -> Result<GetTimelineResponse, Exit> {
    let mut timeline = GetTimelineResponse::default();
    for _ in 0..100 {
        let request = GetTimelineRequest { job_id: job.to_owned() };
        timeline = server.jobs().get_timeline(request).await?.into_inner();
        if timeline.entries.iter().any(|entry| entry.kind == "delivery" && entry.ended_at.is_some())
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(timeline)
}

fn invite(suite: &Suite) {
    let base = base(suite);
    print::line(styled(Style::Faint, "It keeps serving until Ctrl-C. Try:"));
    print::line(format_args!(
        "  curl -s {base}/invocations -H 'Prefer: wait=20' -d '{{\"title\":\"Card ledger\",\"description\":\"Payments in Rust\"}}'"
    ));
    if let Some(grpc) = suite.grpc() {
        print::line(format_args!("  grpcurl -plaintext {grpc} list"));
    }
    print::line("");
}

fn base(suite: &Suite) -> String {
    suite.http().map(|address| format!("http://{address}")).unwrap_or_default()
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_default().to_owned()
}
