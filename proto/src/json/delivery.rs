use serde::Serialize;

use crate::jobs as pb;
use crate::json::{millis, moment, said};

/// One result or failure on its way to one webhook.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Delivery {
    /// Its id, which is the `webhook-id` of every attempt.
    pub delivery_id: String,
    /// The job whose end it tells.
    pub job_id: String,
    /// The webhook, without its query.
    pub url: String,
    /// `pending`, `delivered` or `dead`.
    #[cfg_attr(feature = "schema", schema(example = "delivered"))]
    pub status: &'static str,
    /// The type that the webhook reads, such as `job.succeeded`.
    pub r#type: String,
    /// What was tried so far, in order.
    pub attempts: Vec<Attempt>,
    /// When it was made.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub created_at: Option<String>,
    /// When it is tried next; null where it is not tried again.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub next_at: Option<String>,
}

/// One try of a delivery.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = DeliveryAttempt))]
pub struct Attempt {
    /// When it began.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub at: Option<String>,
    /// The HTTP status that came back; null where none did.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub status: Option<u32>,
    /// How long it took, in milliseconds.
    pub ms: u64,
    /// Why it did not succeed; null where it did.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub error: Option<String>,
}

impl From<&pb::Delivery> for Delivery {
    fn from(delivery: &pb::Delivery) -> Self {
        Self {
            delivery_id: delivery.delivery_id.clone(),
            job_id: delivery.job_id.clone(),
            url: delivery.url.clone(),
            status: status_name(delivery.state()),
            r#type: delivery.r#type.clone(),
            attempts: delivery.attempts.iter().map(Attempt::from).collect(),
            created_at: delivery.created_at.as_ref().map(moment),
            next_at: delivery.next_at.as_ref().map(moment),
        }
    }
}

impl From<&pb::DeliveryAttempt> for Attempt {
    fn from(attempt: &pb::DeliveryAttempt) -> Self {
        Self {
            at: attempt.at.as_ref().map(moment),
            status: Some(attempt.status).filter(|status| *status != 0),
            ms: millis(attempt.duration.as_ref()),
            error: said(&attempt.error),
        }
    }
}

fn status_name(state: pb::DeliveryState) -> &'static str {
    match state {
        pb::DeliveryState::Unspecified => "unknown",
        pb::DeliveryState::Pending => "pending",
        pb::DeliveryState::Delivered => "delivered",
        pb::DeliveryState::Dead => "dead",
    }
}
