//! The command line, as `--help` shows it.

mod collections;
mod load;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use proto::json::Filter;
use serde_json::{Map, Value};

pub(crate) use crate::cli::collections::{By, Collections, Said};
pub(crate) use crate::cli::load::{Load, Wait};
use crate::command::ingest::Format;

const AFTER: &str = "\
Settings come, in this order, from built-in defaults, a file (--config, or ./throughline.toml), the
environment (THROUGHLINE_GATEWAY__LISTEN is gateway.listen; OPENAI_API_KEY, DATABASE_URL, WEBHOOK_URL and
others under their usual names) and --set. `throughline config check` shows each with its source.

Exit codes:
  0   done
  1   the command was understood and failed: refused, not found, or the job did not succeed
  2   the command line is wrong
  64  the configuration is wrong; nothing was started
  69  something is not available: the server, a port, or a store that another process uses
  70  a bug

First steps:
  throughline demo                          one job on a throw-away store, all the way to a verified webhook
  throughline serve                         every role on 127.0.0.1:8080 (HTTP) and 127.0.0.1:50051 (gRPC)
  throughline ingest portfolio ./projects   your own documents
  throughline submit job.json --wait        a job, and its result";

const LOAD: &str = "\
Passes (exit code 0) when every job was accepted and succeeded, none was lost or done twice, and the 95th
percentile from submitting to the end is within --p95; else fails (1). Submissions that are answered with
429 or 5xx, or not at all, are tried again under the same idempotency key; every tenth key is used twice
on purpose. A password is sent where the settings ask callers for one: gateway.auth=basic, with
gateway.basic.user and gateway.basic.pass. A webhook beyond this machine needs --listen, --callback, and,
for a private address, the target's outbound.allow. A configured webhook.url is told where --wait is poll.";

/// Turns a job into a checked answer from your own knowledge, and hands it to a webhook, under one trace.
#[derive(Debug, Parser)]
#[command(name = "throughline", version, after_help = AFTER, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Clone, Debug, Args)]
pub(crate) struct Options {
    /// A settings file [default: ./throughline.toml where it exists]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// One setting, over all other sources; can be repeated
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = setting)]
    pub(crate) set: Vec<(String, String)>,
    /// The gRPC server that a command asks [default: http:// and grpc.listen]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// Print JSON, for scripts
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the suite: every role in this process, or some
    Serve(Serve),
    /// Show one job from the caller to a verified webhook, on a throw-away store
    Demo,
    /// Submit a job
    Submit(Submit),
    /// Look at jobs, or cancel one
    #[command(subcommand)]
    Jobs(Jobs),
    /// Look at deliveries, or send one again
    #[command(subcommand)]
    Deliveries(Deliveries),
    /// Show where a job's time went, as a waterfall
    Trace {
        /// The job's id
        job: String,
    },
    /// Put files into a collection: text and Markdown as they are, JSON, JSON Lines and CSV record by record
    ///
    /// What cannot be read or stored is told with its file and line, and the rest goes in; the exit code
    /// is then 1. The same again is quick: documents that did not change are left as they are.
    Ingest(Box<Ingest>),
    /// Look at collections and what is set for them, make, change or delete one
    #[command(subcommand)]
    Collections(Collections),
    /// Search a collection; no job is made
    Search(Search),
    /// Measure a gateway: submit jobs, wait for their ends, judge time and loss
    #[command(after_help = LOAD)]
    Load(Box<Load>),
    /// Look at flows, or check a folder of them
    #[command(subcommand)]
    Flows(Flows),
    /// Look at the configuration
    #[command(subcommand)]
    Config(Config),
    /// Bring the stores to this binary's version, and end
    Migrate,
    /// The wire contract
    #[command(subcommand)]
    Proto(Proto),
}

/// How to run the suite.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The roles of this process: gateway, jobs, retrieval, rerank, generation [default: roles, which is all]
    #[arg(long, value_delimiter = ',', value_name = "ROLE,...")]
    pub(crate) roles: Vec<String>,
}

/// A job to submit.
#[derive(Debug, Args)]
pub(crate) struct Submit {
    /// A JSON file with the flow's input, or `-` for standard input
    pub(crate) input: PathBuf,
    /// The flow to run [default: flows.default]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) flow: String,
    /// The webhook that is told of the end
    #[arg(long, value_name = "URL")]
    pub(crate) callback: Option<String>,
    /// The same key again answers with the first job
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(crate) idempotency_key: String,
    /// How long the job may take, such as 90s
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) deadline: Option<std::time::Duration>,
    /// Wait for the job, and print its result
    #[arg(long)]
    pub(crate) wait: bool,
}

/// What to do with jobs.
#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// List jobs, the latest first
    List {
        /// Only jobs in this state, such as failed
        #[arg(long)]
        status: Option<String>,
        /// Only jobs of this flow
        #[arg(long, default_value = "", hide_default_value = true)]
        flow: String,
        /// How many
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i32).range(1..=200))]
        limit: i32,
    },
    /// Show one job with its result
    Show {
        /// The job's id
        job: String,
    },
    /// Print what happens to a job until it ends
    Watch {
        /// The job's id
        job: String,
    },
    /// Ask a job to stop
    Cancel {
        /// The job's id
        job: String,
    },
}

/// What to do with deliveries.
#[derive(Debug, Subcommand)]
pub(crate) enum Deliveries {
    /// List deliveries with their attempts, the latest first
    List {
        /// Only this job's
        #[arg(long, default_value = "", hide_default_value = true)]
        job: String,
        /// Only those in this state: pending, delivered or dead
        #[arg(long)]
        status: Option<String>,
        /// How many
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i32).range(1..=200))]
        limit: i32,
    },
    /// Send a delivery once more, under its own id
    Replay {
        /// The delivery's id
        delivery: String,
    },
}

/// Files to put into a collection.
#[derive(Debug, Args)]
pub(crate) struct Ingest {
    /// The collection; made where it is missing
    pub(crate) collection: String,
    /// Files, folders, patterns such as 'notes/**/*.md', or `-` for standard input: .txt, .md, .json,
    /// .jsonl, .csv and .tsv are read, others are named and left out
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Read all of them like this, whatever they are called
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// The members or columns that are the text; several are written as `name: value`, a line each
    /// [default: text, content or description, else all texts]
    #[arg(long, value_delimiter = ',', value_name = "NAME,...")]
    pub(crate) text: Vec<String>,
    /// The member or column that is the title [default: title]
    #[arg(long, value_name = "NAME")]
    pub(crate) title: Option<String>,
    /// The member or column that is the id [default: id, else the file's name and a number]
    #[arg(long, value_name = "NAME")]
    pub(crate) id: Option<String>,
    /// The members or columns that are the metadata [default: all others]
    #[arg(long, value_delimiter = ',', value_name = "NAME,...")]
    pub(crate) metadata: Vec<String>,
    /// What stands between the cells of a row [default: a comma, or a tab in .tsv]
    #[arg(long, value_name = "CHARACTER")]
    pub(crate) delimiter: Option<char>,
    /// Read everything and say what would be put, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// What to look for.
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// The collection
    pub(crate) collection: String,
    /// The words to look for
    #[arg(required = true)]
    pub(crate) query: Vec<String>,
    /// A further query, whose ranking is fused with that of the first; can be repeated
    #[arg(long = "also", value_name = "QUERY")]
    pub(crate) more_queries: Vec<String>,
    /// A further collection to search; can be repeated
    #[arg(long = "in", value_name = "COLLECTION")]
    pub(crate) more_collections: Vec<String>,
    /// Which legs search
    #[arg(long, value_enum, default_value_t)]
    pub(crate) mode: SearchMode,
    /// How many passages
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(i32).range(1..=200))]
    pub(crate) limit: i32,
    /// Only documents whose metadata member equals this, or which pass a filter as `POST /v1/search` takes it,
    /// such as '{"year": {"$gte": 2020}}'; can be repeated
    #[arg(long, value_name = "FIELD=VALUE|JSON", value_parser = filter)]
    pub(crate) filter: Vec<Filter>,
    /// The most passages of one document; 0 is any number
    #[arg(long, default_value_t = 0, value_name = "COUNT", value_parser = clap::value_parser!(i32).range(0..=200))]
    pub(crate) per_document: i32,
    /// Show so many chunks before and after each passage, too
    #[arg(long, default_value_t = 0, value_name = "COUNT", value_parser = clap::value_parser!(i32).range(0..=5))]
    pub(crate) neighbours: i32,
    /// Show how each leg searched, and rank and score of every stage
    #[arg(long)]
    pub(crate) explain: bool,
}

/// Which legs search.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum SearchMode {
    /// Every leg that there is, fused
    #[default]
    Hybrid,
    /// By words alone
    Keyword,
    /// By vectors alone
    Dense,
}

/// What to do with flows.
#[derive(Debug, Subcommand)]
pub(crate) enum Flows {
    /// List the server's flows
    List,
    /// Check a folder of flows: file, line and remedy of what is wrong
    Check {
        /// The folder [default: flows.dir, or the bundled flows]
        dir: Option<PathBuf>,
    },
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Check every setting, and show it with its source
    Check,
}

/// What to do with the contract.
#[derive(Debug, Subcommand)]
pub(crate) enum Proto {
    /// Write the proto files into a folder, for other people's builds
    Export {
        /// The folder; made where it is missing
        dir: PathBuf,
    },
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

/// A value is read as JSON would, and as text where it is none.
fn filter(text: &str) -> Result<Filter, String> {
    let object = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?
    } else {
        let (field, value) = text.split_once('=').ok_or("expected FIELD=VALUE or a JSON object")?;
        let value = match serde_json::from_str(value) {
            Ok(scalar @ (Value::Bool(_) | Value::Number(_))) => scalar,
            _ => Value::from(value),
        };
        Map::from_iter([(field.trim().to_owned(), value)])
    };
    Filter::read(&object).map_err(|fault| format!("{} {}", fault.path, fault.rule))
}
