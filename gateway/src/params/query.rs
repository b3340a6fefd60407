use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::params::{Params, QueryString};

/// Which jobs to list.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobQuery {
    /// Only jobs with this status.
    #[param(inline)]
    pub(crate) status: Option<JobStatus>,
    /// Only jobs of this flow.
    pub(crate) flow: Option<String>,
    /// The largest number of jobs to answer with.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub(crate) limit: Option<i32>,
    /// Where to go on: `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
}

/// Which deliveries to list.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeliveryQuery {
    /// Only deliveries with this status.
    #[param(inline)]
    pub(crate) status: Option<DeliveryStatus>,
    /// The largest number of deliveries to answer with.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub(crate) limit: Option<i32>,
    /// Where to go on: `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
}

/// Which page of a list to answer with.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The largest number of items to answer with.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub(crate) limit: Option<i32>,
    /// Where to go on: `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
}

/// Where a stream of events begins.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventQuery {
    /// Only events after this one; the header `Last-Event-ID` says the same, and wins.
    pub(crate) after: Option<u64>,
}

/// How a job is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JobStatus {
    /// It waits for a worker.
    Queued,
    /// A worker runs it.
    Running,
    /// A person must look at a draft.
    Waiting,
    /// It ended with a result.
    Succeeded,
    /// It ended with an error.
    Failed,
    /// It ended because somebody asked for that.
    Cancelled,
    /// It ended because its time was over.
    Expired,
}

impl JobStatus {
    const WORDS: &'static str = "queued, running, waiting, succeeded, failed, cancelled, expired";

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "queued" => Self::Queued,
            "running" => Self::Running,
            "waiting" => Self::Waiting,
            "succeeded" => Self::Succeeded,
            "failed" => Self::Failed,
            "cancelled" => Self::Cancelled,
            "expired" => Self::Expired,
            _ => return None,
        })
    }
}

/// How a delivery is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeliveryStatus {
    /// It is tried until it arrives or is given up.
    Pending,
    /// The webhook acknowledged it.
    Delivered,
    /// It was given up, and can be replayed.
    Dead,
}

impl DeliveryStatus {
    const WORDS: &'static str = "pending, delivered, dead";

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "pending" => Self::Pending,
            "delivered" => Self::Delivered,
            "dead" => Self::Dead,
            _ => return None,
        })
    }
}

impl QueryString for JobQuery {
    const KNOWN: &'static str = "status, flow, limit, cursor";

    fn read(params: &mut Params) -> Self {
        Self {
            status: params.word("status", JobStatus::named, JobStatus::WORDS),
            flow: params.text("flow"),
            limit: params.limit(1..=200),
            cursor: params.text("cursor"),
        }
    }
}

impl QueryString for DeliveryQuery {
    const KNOWN: &'static str = "status, limit, cursor";

    fn read(params: &mut Params) -> Self {
        Self {
            status: params.word("status", DeliveryStatus::named, DeliveryStatus::WORDS),
            limit: params.limit(1..=200),
            cursor: params.text("cursor"),
        }
    }
}

impl QueryString for PageQuery {
    const KNOWN: &'static str = "limit, cursor";

    fn read(params: &mut Params) -> Self {
        Self { limit: params.limit(1..=1000), cursor: params.text("cursor") }
    }
}

impl QueryString for EventQuery {
    const KNOWN: &'static str = "after";

    fn read(params: &mut Params) -> Self {
        Self { after: params.seq("after") }
    }
}
