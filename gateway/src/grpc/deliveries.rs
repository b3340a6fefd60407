use proto::jobs as pb;
use proto::json::Delivery;

use crate::answer::DeliveryPage;
use crate::error::Error;
use crate::grpc::call::absent;
use crate::grpc::{JOBS, Peers};
use crate::params::{DeliveryQuery, DeliveryStatus};

impl Peers {
    /// A page of one job's deliveries, or of all.
    pub(crate) async fn deliveries(
        &self,
        job_id: Option<String>,
        query: DeliveryQuery,
    ) -> Result<DeliveryPage, Error> {
        let mut client = self.deliveries.clone();
        let request = pb::ListDeliveriesRequest {
            job_id: job_id.unwrap_or_default(),
            state: query.status.map_or(pb::DeliveryState::Unspecified, state).into(),
            page_size: query.limit.unwrap_or_default(),
            page_token: query.cursor.unwrap_or_default(),
        };
        let answer = self.call(JOBS, client.list_deliveries(request)).await?;
        let deliveries = answer.deliveries.iter().map(Delivery::from).collect();
        Ok(DeliveryPage::new(deliveries, answer.next_page_token))
    }

    /// Sends a delivery once more.
    pub(crate) async fn replay(&self, delivery_id: String) -> Result<Delivery, Error> {
        let mut client = self.deliveries.clone();
        let request = pb::ReplayDeliveryRequest { delivery_id };
        let answer = self.call(JOBS, client.replay_delivery(request)).await?;
        answer.delivery.as_ref().map(Delivery::from).ok_or_else(|| absent(JOBS))
    }
}

fn state(status: DeliveryStatus) -> pb::DeliveryState {
    match status {
        DeliveryStatus::Pending => pb::DeliveryState::Pending,
        DeliveryStatus::Delivered => pb::DeliveryState::Delivered,
        DeliveryStatus::Dead => pb::DeliveryState::Dead,
    }
}
