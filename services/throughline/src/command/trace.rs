use proto::jobs::{GetTimelineRequest, GetTimelineResponse};
use proto::json;

use crate::client::Server;
use crate::command::waterfall;
use crate::exit::Exit;
use crate::print;

/// Prints where a job's time went.
pub(crate) async fn run(server: &Server, job: String, as_json: bool) -> Result<(), Exit> {
    let timeline = server.jobs().get_timeline(GetTimelineRequest { job_id: job }).await?;
    let timeline = timeline.into_inner();
    if as_json {
        print::json(&json::Timeline::from(&timeline));
    } else {
        show(&timeline);
    }
    Ok(())
}

/// Prints a timeline for people.
pub(crate) fn show(timeline: &GetTimelineResponse) {
    if let Some(job) = &timeline.job {
        let state = json::status_name(job.state());
        print::line(format_args!(
            "{}  {}  {state}  trace {}",
            job.job_id, job.flow, timeline.trace_id
        ));
    }
    for line in waterfall::lines(timeline) {
        print::line(line);
    }
}
