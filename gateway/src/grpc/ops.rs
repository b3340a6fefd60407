use proto::generation::generation_service_server as generation;
use proto::jobs::job_service_server as jobs;
use proto::rerank::rerank_service_server as rerank;
use proto::retrieval::retrieval_service_server as retrieval;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::grpc::{Peers, Within};

/// What can be asked for where jobs are handed in, and the service that answers it.
const OPS: [(&str, &str); 6] = [
    ("status", jobs::SERVICE_NAME),
    ("cancel", jobs::SERVICE_NAME),
    ("search", retrieval::SERVICE_NAME),
    ("embed", retrieval::SERVICE_NAME),
    ("rerank", rerank::SERVICE_NAME),
    ("generate", generation::SERVICE_NAME),
];

impl Peers {
    /// The ops that can be answered from here, for people.
    pub(crate) fn ops(&self) -> String {
        let served = OPS.iter().filter(|(_, service)| self.reach(service));
        served.map(|(op, _)| *op).collect::<Vec<_>>().join(", ")
    }

    /// Refuses an op whose service is not reached from here.
    pub(crate) fn check_op(&self, op: &str) -> Result<(), Error> {
        let is_served = |(name, service): &(&str, &str)| *name == op && self.reach(service);
        if OPS.iter().any(is_served) {
            return Ok(());
        }
        let message = format!(
            "is {op}, whose role this process neither runs nor knows; answered here are {}",
            self.ops()
        );
        Err(Error::refused("OP_NOT_SERVED", "op", message))
    }

    /// Passages in a better order; the request is a body of JSON, and so is the answer.
    pub(crate) async fn rerank(
        &self,
        body: String,
        warnings: &[String],
    ) -> Result<Box<RawValue>, Error> {
        let method = self.method(&format!("{}/Rerank", rerank::SERVICE_NAME))?;
        method.ask(body, Within::Body, warnings).await
    }

    /// A text from a prompt and passages; the request is a body of JSON, and so is the answer.
    pub(crate) async fn generate(
        &self,
        body: String,
        warnings: &[String],
    ) -> Result<Box<RawValue>, Error> {
        let method = self.method(&format!("{}/Generate", generation::SERVICE_NAME))?;
        method.ask(body, Within::Body, warnings).await
    }
}
