//! The wire's view of jobs: convert, delegate, convert back.

mod convert;
mod deliveries;
mod flows;
mod jobs;

pub(crate) use crate::grpc::convert::webhook_body;

use std::error::Error as _;

use chassis::channel::MESSAGE_LIMIT;
use chassis::failure::{Failure, Kind};
use proto::jobs::delivery_service_server::{DeliveryService, DeliveryServiceServer};
use proto::jobs::flow_service_server::{FlowService, FlowServiceServer};
use proto::jobs::job_service_server::{JobService, JobServiceServer};
use tonic::Status;
use tracing::error;

use crate::error::Error;
use crate::grpc::deliveries::Deliveries;
use crate::grpc::flows::Flows;
use crate::grpc::jobs::JobsOverGrpc;
use crate::jobs::Jobs;

impl Jobs {
    /// The three services over gRPC: jobs, deliveries, flows.
    pub fn servers(
        &self,
    ) -> (
        JobServiceServer<impl JobService + use<>>,
        DeliveryServiceServer<impl DeliveryService + use<>>,
        FlowServiceServer<impl FlowService + use<>>,
    ) {
        let jobs = JobServiceServer::new(JobsOverGrpc(self.clone()))
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT);
        let deliveries = DeliveryServiceServer::new(Deliveries(self.clone()))
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT);
        let flows = FlowServiceServer::new(Flows(self.clone()))
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT);
        (jobs, deliveries, flows)
    }
}

/// The status of a failure. The caller is told which, the log why, where it is ours.
#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn status(failure: Error) -> Status {
    if matches!(failure.kind(), Kind::Internal | Kind::Unavailable) {
        let cause = failure.source().map(ToString::to_string);
        error!(reason = failure.reason(), cause, "a call of the job store failed");
    }
    failure.to_status()
}
