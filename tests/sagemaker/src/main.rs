//! `sagemaker-kit -- COMMAND`: an endpoint on this machine, around any command that serves `/ping` and `/invocations`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks to who started it")]

mod arguments;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use sagemaker_kit::{Endpoint, Error, Platform};
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sagemaker-kit: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Error> {
    let mut interrupt = stopping(SignalKind::interrupt())?;
    let mut terminate = stopping(SignalKind::terminate())?;
    let platform = arguments.platform().await?;
    let endpoint = platform.deploy(arguments.plan()?)?;
    eprintln!(
        "starting {} instance(s) of {} container(s)",
        endpoint.instances().len(),
        endpoint.plan().containers.len()
    );
    tokio::select! {
        ready = endpoint.in_service() => ready?,
        _ = interrupt.recv() => return Ok(()),
        _ = terminate.recv() => return Ok(()),
    }
    describe(&platform, &endpoint);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    report(&endpoint);
    scale_in(&endpoint).await;
    Ok(())
}

fn stopping(kind: SignalKind) -> Result<tokio::signal::unix::Signal, Error> {
    signal(kind).map_err(|error| Error::Call(format!("cannot watch for signals: {error}")))
}

/// How the endpoint is called, and where its containers are.
fn describe(platform: &Platform, endpoint: &Endpoint) {
    let url = format!("{}/endpoints/{}/invocations", platform.url(), endpoint.plan().name);
    println!("{url}");
    let target = match endpoint.plan().is_direct() {
        true => format!(
            " -H 'X-Amzn-SageMaker-Target-Container-Hostname: {}'",
            endpoint.plan().containers[0].hostname
        ),
        false => String::new(),
    };
    eprintln!("in service; call it so:");
    eprintln!(
        "  curl --aws-sigv4 aws:amz:us-east-1:sagemaker --user test:test -H 'content-type: application/json'{target} -d '{{}}' {url}"
    );
    eprintln!(
        "  AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME={} for the SDKs, with any credentials and region",
        platform.url()
    );
    for instance in endpoint.instances() {
        for container in instance.containers() {
            eprintln!(
                "instance {} container {}: {}",
                instance.number(),
                container.hostname(),
                container.url()
            );
        }
    }
    eprintln!("Ctrl-C scales it in");
}

/// What the front door saw, for who wants to know how near the limits are.
fn report(endpoint: &Endpoint) {
    let (connect, count) = (endpoint.slowest_connect(), endpoint.beyond_safe());
    eprintln!(
        "\nslowest connection accepted after {connect:.1?}; {count} bodies beyond 6 MiB, which older limits refuse"
    );
}

/// Every instance is stopped as the platform stops it, and what came of it is said.
async fn scale_in(endpoint: &Arc<Endpoint>) {
    let limit = endpoint.plan().limits.stop;
    eprintln!("SIGTERM to every container; SIGKILL in {limit:?}");
    for instance in endpoint.instances() {
        let stopped = endpoint.scale_in(&instance).await;
        for (container, stopped) in instance.containers().iter().zip(stopped) {
            let how = match (stopped.killed, stopped.code) {
                (true, _) => "had to be killed".to_owned(),
                (false, Some(code)) => format!("ended with {code}"),
                (false, None) => "ended by a signal".to_owned(),
            };
            eprintln!(
                "instance {} container {} {how} after {:.1?}",
                instance.number(),
                container.hostname(),
                stopped.took
            );
        }
    }
}
