use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

/// How much to ask of a target, and what it must keep.
#[derive(Debug, Args)]
pub(crate) struct Load {
    /// The gateway's base URL, or one that ends in /invocations
    #[arg(long, value_name = "URL")]
    pub(crate) target: String,
    /// How many jobs
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) jobs: u32,
    /// How many of them at once; each is waited for before the next one is submitted
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) parallel: u16,
    /// JSON Lines of inputs or envelopes, used in turn [default: bundled postings, varied]
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// How the end of a job is learned [default: webhook for a target on this machine, else poll]
    #[arg(long, value_enum)]
    pub(crate) wait: Option<Wait>,
    /// Where the webhook listens while this runs
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// The base URL under which the target reaches that webhook [default: http:// and the address]
    #[arg(long, value_name = "URL")]
    pub(crate) callback: Option<String>,
    /// The longest time from submitting to the end that 95 of 100 jobs may take
    #[arg(long, value_name = "DURATION", default_value = "120s", value_parser = humantime::parse_duration)]
    pub(crate) p95: Duration,
    /// When a job without an end counts as lost [default: a minute more than --p95]
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) within: Option<Duration>,
}

/// How the end of a job is learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wait {
    /// The target calls a webhook of ours: deliveries are counted, too
    Webhook,
    /// The target is asked again and again, by {"op":"status"} at /invocations
    Poll,
}
