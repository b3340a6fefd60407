use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// Every flow there is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FlowList {
    /// The flows, without schemas and samples, in the order of their names.
    pub(crate) flows: Vec<Flow>,
}

/// What says how a kind of job is done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Flow {
    /// Its name.
    pub(crate) flow: String,
    /// The sha256 of its folder, in hexadecimal.
    pub(crate) version: String,
    /// What it does, in one sentence.
    pub(crate) summary: String,
    /// Whether jobs that name no flow run this one.
    pub(crate) is_default: bool,
    /// Its steps in order.
    pub(crate) steps: Vec<FlowStep>,
    /// How many seconds a job may take that says nothing else.
    #[schema(required = true)]
    pub(crate) deadline_s: Option<f64>,
    /// The JSON schema of its input; absent in lists.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) input_schema: Option<Box<RawValue>>,
    /// A sample input; absent in lists, and where there is none.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sample: Option<Box<RawValue>>,
}

/// One step of a flow.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FlowStep {
    /// Its name within the flow.
    pub(crate) id: String,
    /// What it does: `retrieve`, `rerank`, `generate` or `check`.
    #[schema(example = "retrieve")]
    pub(crate) kind: String,
}
