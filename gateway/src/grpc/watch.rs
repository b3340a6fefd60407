use std::time::Duration;

use chassis::deadline::{self, Deadline};
use futures_util::{Stream, StreamExt};
use proto::jobs as pb;
use proto::jobs::watch_job_response::Item;
use proto::json::Event;

use crate::answer::{Delta, Reset, Seen};
use crate::error::Error;
use crate::grpc::call::refused;
use crate::grpc::{JOBS, Peers};

impl Peers {
    /// Watches a job from an event on, for so long at most; ends with the job.
    pub(crate) async fn watch(
        &self,
        job_id: String,
        after_seq: u64,
        limit: Duration,
    ) -> Result<impl Stream<Item = Result<Seen, Error>> + Send + use<>, Error> {
        let mut client = self.jobs.clone();
        let request = pb::WatchJobRequest { job_id, after_seq };
        let answer = deadline::scope(Deadline::after(limit), client.watch_job(request)).await;
        let stream = answer.map_err(|status| refused(JOBS, &status))?.into_inner();
        Ok(stream.filter_map(async |item| match item {
            Ok(answer) => answer.item.map(|item| Ok(seen(&item))),
            Err(status) => Some(Err(refused(JOBS, &status))),
        }))
    }
}

fn seen(item: &Item) -> Seen {
    match item {
        Item::Event(event) => Seen::Event(Event::from(event)),
        Item::Delta(delta) => Seen::Delta(Delta {
            step: delta.step.clone(),
            attempt: delta.attempt,
            offset: delta.offset,
            text: delta.text.clone(),
        }),
        Item::Reset(reset) => {
            Seen::Reset(Reset { step: reset.step.clone(), attempt: reset.attempt })
        }
    }
}
