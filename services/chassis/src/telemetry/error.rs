/// Why telemetry cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A standard `OTEL_*` variable with a value that is refused.
    #[error("{variable} {what}")]
    Variable {
        /// The variable.
        variable: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// The exporter cannot be built.
    #[error("spans cannot be exported: {0}")]
    Exporter(String),
    /// The outbound client of the exporter cannot be set up.
    #[error(transparent)]
    Outbound(#[from] crate::http::Error),
    /// Something else in this process already receives logs and spans.
    #[error("logs and spans already go elsewhere in this process")]
    Taken,
}
