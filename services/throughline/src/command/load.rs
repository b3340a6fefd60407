//! Submits many jobs to a gateway, waits for their ends, and judges what came of them.

mod door;
mod errand;
mod inputs;
mod measure;
mod report;
mod tally;
mod webhook;

use std::time::{Duration, Instant};

use futures_util::{Stream, StreamExt};

use crate::cli::{Load, Options, Wait};
use crate::command::load::door::Door;
use crate::command::load::errand::{Ending, Errand, Plan};
use crate::command::load::inputs::Inputs;
use crate::command::load::report::Report;
use crate::command::load::tally::Tally;
use crate::command::load::webhook::Webhook;
use crate::config::Loaded;
use crate::exit::Exit;
use crate::{print, serve};

/// How much longer than the 95 a job may take before it counts as lost.
const LONGER: Duration = Duration::from_secs(60);
/// How long a second call for a job may lag behind the first.
const LAG: Duration = Duration::from_secs(1);
/// How often a log that is no terminal hears how it goes.
const NOTES: Duration = Duration::from_secs(10);
/// After so many jobs that nobody accepted, the rest is not tried.
const HOPELESS: u32 = 5;

/// Runs the jobs, prints what came of them, and fails where the target did.
pub(crate) async fn run(options: &Options, load: Load) -> Result<(), Exit> {
    let loaded = Loaded::from(options).await?;
    let door = open(&load, &loaded)?;
    let wait = load.wait.unwrap_or_else(|| usual_wait(&load, &door));
    let run = chassis::id::new("load");
    let webhook = match wait {
        Wait::Poll => None,
        Wait::Webhook => Some(Webhook::start(load.listen, load.callback.as_deref(), &run).await?),
    };
    let plan = Plan {
        run,
        inputs: Inputs::read(load.input.as_deref())?,
        within: load.within.unwrap_or(load.p95 + LONGER),
        door,
        webhook,
    };
    let began = Instant::now();
    let ends = futures_util::stream::iter(0..load.jobs)
        .map(|number| plan.errand(number))
        .buffer_unordered(load.parallel.into());
    let mut tally = gather(ends, &load).await?;
    let took = began.elapsed();
    if let Some(webhook) = &plan.webhook {
        tokio::time::sleep(LAG).await;
        tally.told(webhook.counts());
    }
    Report::new(&load, wait, &tally, took).print(options.json)
}

fn open(load: &Load, loaded: &Loaded) -> Result<Door, Exit> {
    let password = loaded.gateway.asks_for_password().then_some(&loaded.gateway.basic);
    let door = Door::open(&load.target, loaded.outbound.operator(), password);
    door.map_err(|why| Exit::Configuration(format!("--target: {why}")))
}

/// Who is elsewhere cannot call a webhook on this machine's loopback.
fn usual_wait(load: &Load, door: &Door) -> Wait {
    if load.callback.is_some() || door.is_here() { Wait::Webhook } else { Wait::Poll }
}

/// Counts the ends as they come, and says on the way how it goes.
async fn gather(ends: impl Stream<Item = Errand>, load: &Load) -> Result<Tally, Exit> {
    let mut ends = std::pin::pin!(ends);
    let mut interrupted = std::pin::pin!(serve::interrupted());
    let mut notes = tokio::time::interval(NOTES);
    let mut tally = Tally::default();
    // The first tick of an interval comes at once.
    notes.tick().await;
    loop {
        tokio::select! {
            end = ends.next() => match end {
                Some(end) => tally.add(end),
                None => break,
            },
            _ = notes.tick() => print::progress_note(tally.progress(load.jobs)),
            () = &mut interrupted => {
                tally.is_interrupted = true;
                break;
            }
        }
        print::progress(tally.progress(load.jobs));
        if let Some(why) = tally.hopeless(HOPELESS.max(load.parallel.into()).min(load.jobs)) {
            print::progress_done();
            return Err(why);
        }
    }
    print::progress_done();
    Ok(tally)
}

/// Why nothing came of a run, in words that say what to do.
fn give_up(ending: &Ending) -> Option<Exit> {
    match ending {
        Ending::Refused(why) => Some(Exit::Failed(format!("no job is accepted: {why}"))),
        Ending::Unreachable(why) => {
            Some(Exit::Unavailable(format!("the target does not answer: {why}")))
        }
        Ending::Succeeded(_) | Ending::Failed(..) | Ending::Lost(_) => None,
    }
}
