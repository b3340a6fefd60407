use chassis::auth::tenant;
use proto::jobs as pb;
use proto::jobs::delivery_service_server::DeliveryService;
use tonic::{Request, Response, Status};

use crate::delivery::Filter;
use crate::grpc::{convert, status};
use crate::jobs::Jobs;

pub(super) struct Deliveries(pub(super) Jobs);

#[tonic::async_trait]
impl DeliveryService for Deliveries {
    async fn list_deliveries(
        &self,
        request: Request<pb::ListDeliveriesRequest>,
    ) -> Result<Response<pb::ListDeliveriesResponse>, Status> {
        let tenant = tenant(&request);
        let pb::ListDeliveriesRequest { job_id, state, page_size, page_token } =
            request.into_inner();
        let state = convert::delivery_filter(state).map_err(status)?;
        let filter = Filter { job_id: Some(job_id).filter(|id| !id.is_empty()), state };
        let page = self.0.deliveries(&tenant, &filter, page_size, &page_token).await;
        let page = page.map_err(status)?;
        let deliveries = page.items.into_iter().map(convert::delivery).collect();
        let next_page_token = page.next;
        Ok(Response::new(pb::ListDeliveriesResponse { deliveries, next_page_token }))
    }

    async fn replay_delivery(
        &self,
        request: Request<pb::ReplayDeliveryRequest>,
    ) -> Result<Response<pb::ReplayDeliveryResponse>, Status> {
        let tenant = tenant(&request);
        let delivery = self.0.replay(&tenant, &request.get_ref().delivery_id).await;
        let delivery = Some(convert::delivery(delivery.map_err(status)?));
        Ok(Response::new(pb::ReplayDeliveryResponse { delivery }))
    }
}
