//! Runs the suite until it is asked to stop.

use chassis::clock::Clock;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::{Options, Serve};
use crate::exit::Exit;
use crate::print;
use crate::suite::Suite;

/// Serves the roles, stops gracefully on SIGTERM or SIGINT, at once on the second, and ends.
pub(crate) async fn run(options: &Options, serve: Serve) -> Result<(), Exit> {
    let mut options = options.clone();
    if !serve.roles.is_empty() {
        options.set.push(("roles".to_owned(), serve.roles.join(",")));
    }
    let suite = Suite::start_with(&options, Clock::default()).await?;
    greet(&suite);
    interrupted().await;
    tracing::info!("stopping: no new work is taken, running work is finished or handed back");
    tokio::select! {
        () = suite.stop() => Ok(()),
        // Whoever asks twice does not want to wait; what was running is claimed again at the next start.
        () = interrupted() => Err(Exit::Failed("stopped at once, running work was not handed back".to_owned())),
    }
}

/// On a terminal, what to do next; elsewhere the log says where the suite listens.
fn greet(suite: &Suite) {
    if !print::is_terminal() {
        return;
    }
    if let Some(http) = suite.http() {
        print::line(format_args!("HTTP   http://{http}   (GET /openapi.json describes it)"));
    }
    if let Some(grpc) = suite.grpc() {
        print::line(format_args!("gRPC   {grpc}          (grpcurl -plaintext {grpc} list)"));
    }
    print::line("Ctrl-C stops.");
}

/// Waits until somebody asks the process to stop.
pub(crate) async fn interrupted() {
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate()).ok(), signal(SignalKind::interrupt()).ok());
    tokio::select! {
        () = received(terminate.as_mut()) => {}
        () = received(interrupt.as_mut()) => {}
    }
}

/// Where the signal cannot be heard, the other one is waited for.
async fn received(signal: Option<&mut Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}
