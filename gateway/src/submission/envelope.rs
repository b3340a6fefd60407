use chassis::clock::Time;
use chassis::secret::Secret;
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::grpc::moment_of;
use crate::json::{Fields, INVALID_REQUEST};
use crate::origin::BodyTrace;

const INVALID_DEADLINE: &str = "INVALID_DEADLINE";
const INVALID_PRIORITY: &str = "INVALID_PRIORITY";
/// A day in seconds: the longest deadline, and the longest wait that anybody may ask for.
const DAY: f64 = 86_400.0;

/// A job with all that can be said of it; null means the same as absence.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct Envelope {
    /// The flow to run; the default flow where it is absent.
    #[schema(example = "proposal")]
    pub(crate) flow: Option<String>,
    /// The flow's input, as its schema asks for it.
    #[schema(value_type = Object)]
    pub(crate) input: String,
    /// Whom to tell of the job's end; the configured webhook where it is absent, if there is one.
    pub(crate) callback: Option<Callback>,
    /// The same key with the same request again answers with the first job; 1 to 255 visible ASCII characters, kept for at least a day.
    #[schema(min_length = 1, max_length = 255)]
    pub(crate) idempotency_key: Option<String>,
    /// Any JSON, given back with the result; at most 16 KiB.
    #[schema(value_type = Option<Value>)]
    pub(crate) correlation: Option<String>,
    /// How many seconds the job may take; the flow's own deadline where it is absent.
    #[schema(minimum = 1, maximum = 86400)]
    pub(crate) deadline_s: Option<f64>,
    /// The trace to continue, where no header names one.
    pub(crate) trace: Option<Trace>,
    /// How many seconds to wait for the job's end before answering that it was accepted.
    #[schema(minimum = 0, maximum = 86400)]
    pub(crate) wait_s: Option<f64>,
    /// Jobs of a higher priority come first.
    #[schema(minimum = -100, maximum = 100, default = 0)]
    pub(crate) priority: Option<i32>,
    /// When the job may begin, as RFC 3339 writes it; at once where it is absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) run_at: Option<Time>,
}

/// Whom to tell of a job's end.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct Callback {
    /// An http or https URL, called byte for byte as it stands here.
    #[schema(format = "uri", example = "https://n8n.example.com/webhook/proposal")]
    pub(crate) url: String,
    /// What the URL asks for before it lets us in, in place of what is configured for its origin: basic or header.
    pub(crate) auth: Option<CallbackAuth>,
}

/// A credential for one callback: stored encrypted, sent with each attempt, in no answer, and gone with the job.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum CallbackAuth {
    /// HTTP Basic.
    Basic(BasicAuth),
    /// One header.
    Header(HeaderAuth),
}

/// A credential for HTTP Basic.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct BasicAuth {
    /// The user, without a colon.
    #[schema(min_length = 1, max_length = 256)]
    pub(crate) user: String,
    /// The password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 1024)]
    pub(crate) pass: Secret,
}

/// A credential in a header.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct HeaderAuth {
    /// The header's name; none that a delivery sets itself.
    #[schema(min_length = 1, max_length = 64, example = "X-Api-Key")]
    pub(crate) name: String,
    /// What it holds: visible ASCII characters and spaces.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 4096)]
    pub(crate) value: Secret,
}

/// The trace to continue; one that is not valid is replaced by a new one.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct Trace {
    /// The trace and the span above, as W3C Trace Context writes them.
    #[schema(example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    pub(crate) traceparent: Option<String>,
    /// What vendors add to it.
    pub(crate) tracestate: Option<String>,
}

/// What can be posted as a job: an envelope, or the bare input of the default flow.
pub(crate) struct Invocation;

impl PartialSchema for Invocation {
    fn schema() -> RefOr<Schema> {
        let bare = utoipa::schema!(#[inline] serde_json::Map<String, serde_json::Value>);
        let either = AnyOfBuilder::new()
            .description(Some(
                "An envelope, where the body has a member `flow` or `input`; else the bare input of the default flow.",
            ))
            .item(Ref::from_schema_name("Envelope"))
            .item(bare);
        either.into()
    }
}

impl ToSchema for Invocation {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Envelope::name().into_owned(), Envelope::schema()));
        Envelope::schemas(schemas);
    }
}

impl Envelope {
    /// The members that make an envelope what it is, and those that only an envelope has.
    pub(super) const OWN: [&'static str; 8] = [
        "callback",
        "idempotency_key",
        "correlation",
        "deadline_s",
        "wait_s",
        "priority",
        "run_at",
        "trace",
    ];

    /// Whether a body is an envelope.
    pub(super) fn is_in(fields: &Fields<'_>) -> bool {
        fields.has("flow") || fields.has("input")
    }

    /// Reads the members.
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            flow: flow(fields),
            // An input that is absent is as empty as `{}`, and the flow's schema says what it lacks.
            input: fields.raw("input").unwrap_or("{}").to_owned(),
            callback: callback(fields),
            idempotency_key: fields.text("idempotency_key"),
            correlation: fields.raw("correlation").map(str::to_owned),
            deadline_s: fields.number("deadline_s", 1.0..=DAY, INVALID_DEADLINE),
            trace: trace(fields),
            wait_s: fields.number("wait_s", 0.0..=DAY, INVALID_REQUEST),
            priority: fields.integer("priority", -100..=100, INVALID_PRIORITY),
            run_at: run_at(fields),
        }
    }
}

impl From<Trace> for BodyTrace {
    fn from(trace: Trace) -> Self {
        Self { traceparent: trace.traceparent, tracestate: trace.tracestate }
    }
}

fn flow(fields: &mut Fields<'_>) -> Option<String> {
    let flow = fields.text("flow")?;
    if flow.is_empty() {
        fields.refuse(
            INVALID_REQUEST,
            "flow",
            "must not be empty; leave it out for the default flow",
        );
        return None;
    }
    Some(flow)
}

fn callback(fields: &mut Fields<'_>) -> Option<Callback> {
    let mut inner = fields.object("callback")?;
    let url = inner.needed_text("url");
    let auth = auth(&mut inner);
    inner.refuse_unknown("url and auth");
    fields.absorb(inner);
    url.map(|url| Callback { url, auth })
}

fn auth(fields: &mut Fields<'_>) -> Option<CallbackAuth> {
    let mut inner = fields.object("auth")?;
    let kinds = (inner.object("basic"), inner.object("header"));
    let auth = match kinds {
        (Some(mut basic), None) => {
            let parts = pair(&mut basic, "user", "pass");
            inner.absorb(basic);
            parts.map(|(user, pass)| CallbackAuth::Basic(BasicAuth { user, pass }))
        }
        (None, Some(mut header)) => {
            let parts = pair(&mut header, "name", "value");
            inner.absorb(header);
            parts.map(|(name, value)| CallbackAuth::Header(HeaderAuth { name, value }))
        }
        (None, None) | (Some(_), Some(_)) => {
            fields.refuse(INVALID_REQUEST, "auth", "must hold either basic or header");
            None
        }
    };
    inner.refuse_unknown("basic and header");
    fields.absorb(inner);
    auth
}

/// The two members of a credential, the second of which is secret.
fn pair(fields: &mut Fields<'_>, open: &str, secret: &str) -> Option<(String, Secret)> {
    let parts = (fields.needed_text(open), fields.needed_text(secret));
    fields.refuse_unknown(&format!("{open} and {secret}"));
    Some((parts.0?, parts.1?.into()))
}

fn trace(fields: &mut Fields<'_>) -> Option<Trace> {
    let mut inner = fields.object("trace")?;
    let trace =
        Trace { traceparent: inner.text("traceparent"), tracestate: inner.text("tracestate") };
    fields.absorb(inner);
    Some(trace)
}

fn run_at(fields: &mut Fields<'_>) -> Option<Time> {
    let moment = moment_of(&fields.text("run_at")?);
    if moment.is_none() {
        let message = "must be a moment such as 2026-11-21T08:15:40Z";
        fields.refuse(INVALID_REQUEST, "run_at", message);
    }
    moment
}
