use std::time::Duration;

/// What one call of a model took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Call {
    /// Who served it.
    pub provider: &'static str,
    /// The model that served it.
    pub model: String,
    /// From the first request to the last byte.
    pub duration: Duration,
    /// Searches, as the provider counts them.
    pub search_units: u64,
    /// The price in US dollars; none where it is unknown.
    pub cost_usd: Option<f64>,
    /// The provider's own id of the request; may be empty.
    pub request_id: String,
    /// How many requests it took, from 1.
    pub attempts: u32,
}
