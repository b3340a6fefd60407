use tracing::Metadata;

/// The field that marks a span as one of ours, to be exported.
const KIND: &str = "otel.kind";

/// Whether a span is exported: ours say of what kind they are.
///
/// Those of hyper and h2 live as long as a connection, and would hold open the trace they began in.
/// Log lines are no part of a span: they have the trace's id instead.
pub(super) fn is_exported(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.fields().field(KIND).is_some()
}

/// What AWS's libraries tell of their calls may hold whole answers, and these hold secrets.
const SILENT: &str = "aws_";

/// Whether an event may be logged, at whatever level.
pub(super) fn is_logged(metadata: &Metadata<'_>) -> bool {
    metadata.is_event() && !metadata.target().starts_with(SILENT)
}
