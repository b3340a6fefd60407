use proto::jobs as pb;
use proto::jobs::flow_service_server::FlowService;
use tonic::{Request, Response, Status};

use crate::flow::Flow;
use crate::grpc::{convert, status};
use crate::jobs::Jobs;

pub(super) struct Flows(pub(super) Jobs);

#[tonic::async_trait]
impl FlowService for Flows {
    async fn list_flows(
        &self,
        _request: Request<pb::ListFlowsRequest>,
    ) -> Result<Response<pb::ListFlowsResponse>, Status> {
        let flows = self.0.flows().map(|flow| self.short(flow)).collect();
        Ok(Response::new(pb::ListFlowsResponse { flows }))
    }

    async fn get_flow(
        &self,
        request: Request<pb::GetFlowRequest>,
    ) -> Result<Response<pb::GetFlowResponse>, Status> {
        let flow = self.0.flow(&request.get_ref().flow).map_err(status)?;
        let flow = pb::Flow {
            input_schema_json: flow.input_schema().to_owned(),
            sample_json: flow.sample().unwrap_or_default().to_owned(),
            ..self.short(&flow)
        };
        Ok(Response::new(pb::GetFlowResponse { flow: Some(flow) }))
    }
}

impl Flows {
    fn short(&self, flow: &Flow) -> pb::Flow {
        let step = |step: &crate::flow::Step| pb::FlowStep {
            id: step.id.clone(),
            kind: step.kind.name().to_owned(),
        };
        pb::Flow {
            flow: flow.name.clone(),
            version: flow.version.clone(),
            summary: flow.summary.clone(),
            steps: flow.steps.iter().map(step).collect(),
            deadline: Some(convert::duration(flow.deadline)),
            input_schema_json: String::new(),
            sample_json: String::new(),
            is_default: flow.name == self.0.default_flow(),
        }
    }
}
