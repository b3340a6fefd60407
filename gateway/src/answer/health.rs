use serde::Serialize;
use utoipa::ToSchema;

/// How the gateway and what it needs are doing, as last asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ready`, `degraded` (a service that was there is gone), `warming` or `draining`.
    #[schema(example = "ready")]
    pub(crate) status: &'static str,
    /// The program's version.
    pub(crate) version: &'static str,
    /// Every service that the gateway needs.
    pub(crate) dependencies: Vec<Dependency>,
}

/// A service that the gateway needs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Dependency {
    /// The role that offers it, such as `jobs`.
    pub(crate) name: String,
    /// Its full name.
    pub(crate) service: String,
    /// How it is.
    pub(crate) status: ServiceStatus,
    /// Since when it is so; null where nobody has asked yet.
    #[schema(required = true)]
    pub(crate) since: Option<String>,
}

/// How a service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ServiceStatus {
    /// Nobody has asked yet.
    Unknown,
    /// It serves.
    Serving,
    /// It is there, and does not serve.
    NotServing,
    /// It cannot be reached.
    Unreachable,
}
