use std::time::Duration;

use chassis::deadline::{self, Deadline};
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::answer::ServiceStatus;
use crate::grpc::Need;

/// How long a service may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(2);

impl Need {
    /// Asks the service whether it serves.
    pub(crate) async fn ask(&self) -> ServiceStatus {
        let mut client = HealthClient::new(self.channel.clone());
        let request = HealthCheckRequest { service: self.service.clone() };
        let answer = deadline::scope(Deadline::after(PATIENCE), client.check(request));
        // The channel keeps the deadline; this one holds where a connection itself hangs.
        match tokio::time::timeout(2 * PATIENCE, answer).await {
            Ok(Ok(answer)) => match answer.into_inner().status() {
                ServingStatus::Serving => ServiceStatus::Serving,
                ServingStatus::Unknown
                | ServingStatus::NotServing
                | ServingStatus::ServiceUnknown => ServiceStatus::NotServing,
            },
            Ok(Err(status)) if status.code() == Code::NotFound => ServiceStatus::NotServing,
            Ok(Err(_)) | Err(_) => ServiceStatus::Unreachable,
        }
    }
}
