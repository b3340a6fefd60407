use proto::jobs as pb;
use serde_json::value::RawValue;

use crate::answer::{Flow, FlowList, FlowStep};
use crate::error::Error;
use crate::grpc::call::absent;
use crate::grpc::time::seconds;
use crate::grpc::{JOBS, Peers};

impl Peers {
    /// Every flow, in short.
    pub(crate) async fn flows(&self) -> Result<FlowList, Error> {
        let mut client = self.flows.clone();
        let answer = self.call(JOBS, client.list_flows(pb::ListFlowsRequest {})).await?;
        Ok(FlowList { flows: answer.flows.into_iter().map(flow).collect() })
    }

    /// One flow with its schema and sample.
    pub(crate) async fn flow(&self, name: String) -> Result<Flow, Error> {
        let mut client = self.flows.clone();
        let answer = self.call(JOBS, client.get_flow(pb::GetFlowRequest { flow: name })).await?;
        answer.flow.map(flow).ok_or_else(|| absent(JOBS))
    }
}

fn flow(flow: pb::Flow) -> Flow {
    let step = |step: pb::FlowStep| FlowStep { id: step.id, kind: step.kind };
    Flow {
        deadline_s: seconds(flow.deadline.as_ref()),
        flow: flow.flow,
        version: flow.version,
        summary: flow.summary,
        is_default: flow.is_default,
        steps: flow.steps.into_iter().map(step).collect(),
        input_schema: RawValue::from_string(flow.input_schema_json).ok(),
        sample: RawValue::from_string(flow.sample_json).ok(),
    }
}
