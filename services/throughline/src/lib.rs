//! The one binary: reads the configuration, picks roles and placements, wires them, and is the command line.
//!
//! It holds no behaviour of the product: what a role does is in its own crate, and every command but
//! `serve`, `demo`, `migrate` and `load` asks a server over gRPC like any other client; `load` speaks HTTP.

mod cli;
mod client;
mod command;
mod config;
mod demo;
mod exit;
mod migrate;
mod print;
mod role;
mod sagemaker;
mod secrets;
mod serve;
mod spans;
mod suite;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command, Config, Flows, Options, Proto};
use crate::client::Server;
use crate::exit::Exit;

pub use crate::suite::{Failed, Suite};

/// Runs the command line, and answers the exit code that `--help` documents.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Exit::Unavailable(format!("no threads to run on: {error}"))),
    };
    let outcome = runtime.block_on(run(cli));
    // Work that blocks may never end; everything durable is committed by now.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(exit) => fail(&exit),
    }
}

async fn run(Cli { options, command }: Cli) -> Result<(), Exit> {
    match command {
        Command::Serve(serve) => Box::pin(serve::run(&options, serve)).await,
        Command::Demo => Box::pin(demo::run(&options)).await,
        Command::Migrate => migrate::run(&options).await,
        Command::Config(Config::Check) => config::check(&options).await,
        Command::Flows(Flows::Check { dir }) => command::flows::check(&options, dir).await,
        Command::Proto(Proto::Export { dir }) => command::contract::export(&dir),
        Command::Load(load) => command::load::run(&options, *load).await,
        asking @ (Command::Submit(_)
        | Command::Jobs(_)
        | Command::Deliveries(_)
        | Command::Trace { .. }
        | Command::Ingest(_)
        | Command::Collections(_)
        | Command::Search(_)
        | Command::Flows(Flows::List)) => ask(&options, asking).await,
    }
}

/// Runs a command that is a client's.
async fn ask(options: &Options, command: Command) -> Result<(), Exit> {
    let server = Server::named(options).await?;
    let as_json = options.json;
    match command {
        Command::Submit(submit) => command::submit::run(&server, submit, as_json).await,
        Command::Jobs(jobs) => command::jobs::run(&server, jobs, as_json).await,
        Command::Deliveries(deliveries) => {
            command::deliveries::run(&server, deliveries, as_json).await
        }
        Command::Trace { job } => command::trace::run(&server, job, as_json).await,
        Command::Ingest(ingest) => command::ingest::run(&server, *ingest, as_json).await,
        Command::Collections(asked) => command::collections::run(&server, asked, as_json).await,
        Command::Search(search) => command::search::run(&server, search, as_json).await,
        Command::Flows(_) => command::flows::list(&server, as_json).await,
        Command::Serve(_)
        | Command::Demo
        | Command::Migrate
        | Command::Config(_)
        | Command::Load(_)
        | Command::Proto(_) => Ok(()),
    }
}

fn fail(exit: &Exit) -> ExitCode {
    print::note(format_args!("throughline: {exit}"));
    exit.code()
}
