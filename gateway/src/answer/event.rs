use proto::json::Event;
use serde::Serialize;
use utoipa::ToSchema;

/// Something that happened to a job that is watched.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Seen {
    /// A committed event.
    Event(Event),
    /// A piece of text that a step is writing.
    Delta(Delta),
    /// The pieces of a step so far are void.
    Reset(Reset),
}

/// A piece of text that a step is writing; some may be missed, the result is the truth.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Delta {
    /// The flow's step.
    pub(crate) step: String,
    /// The job's attempt that writes.
    pub(crate) attempt: u32,
    /// Where the piece begins, in bytes of UTF-8.
    pub(crate) offset: u64,
    /// The piece.
    pub(crate) text: String,
}

/// The pieces of a step so far are void, since it began anew.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Reset {
    /// The flow's step.
    pub(crate) step: String,
    /// The attempt that begins anew.
    pub(crate) attempt: u32,
}
