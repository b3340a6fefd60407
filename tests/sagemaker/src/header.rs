//! Which headers pass the platform, and what it holds them to.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::refusal::Refusal;

pub(crate) const CUSTOM_ATTRIBUTES: &str = "x-amzn-sagemaker-custom-attributes";
pub(crate) const TARGET_CONTAINER: &str = "x-amzn-sagemaker-target-container-hostname";
pub(crate) const INVOKED_VARIANT: &str = "x-amzn-invoked-production-variant";
pub(crate) const REQUEST_ID: &str = "x-amzn-requestid";

/// What reaches the container. Everything else of the caller's is dropped: no `traceparent`, no `Authorization`.
const IN: [&str; 10] = [
    "content-type",
    "accept",
    CUSTOM_ATTRIBUTES,
    "x-amzn-sagemaker-inference-id",
    "x-amzn-sagemaker-session-id",
    "x-amzn-sagemaker-target-model",
    "x-amzn-sagemaker-target-variant",
    TARGET_CONTAINER,
    "x-amzn-sagemaker-inference-component",
    "x-amzn-sagemaker-enable-explanations",
];

/// What comes back from it: no `Retry-After`, no `Location`.
const OUT: [&str; 4] = [
    "content-type",
    CUSTOM_ATTRIBUTES,
    "x-amzn-sagemaker-new-session-id",
    "x-amzn-sagemaker-closed-session-id",
];

/// The longest value of each member that has one in the service's model.
const LONGEST: [(&str, &str, usize); 4] = [
    (CUSTOM_ATTRIBUTES, "customAttributes", 1024),
    (TARGET_CONTAINER, "targetContainerHostname", 63),
    ("x-amzn-sagemaker-inference-id", "inferenceId", 64),
    ("x-amzn-sagemaker-session-id", "sessionId", 256),
];

/// Holds the caller's headers against the service's model.
pub(crate) fn check(headers: &HeaderMap) -> Result<(), Refusal> {
    for (name, member, longest) in LONGEST {
        let Some(value) = headers.get(name) else { continue };
        if value.len() > longest {
            let constraint = format!("Member must have length less than or equal to {longest}");
            return Err(Refusal::constraint(member, &constraint));
        }
        if !value.as_bytes().is_ascii() {
            return Err(Refusal::constraint(
                member,
                "Member must satisfy regular expression pattern: \\p{ASCII}*",
            ));
        }
    }
    Ok(())
}

/// The headers that the container gets: the caller's that pass, and what the platform adds by itself.
pub(crate) fn inward(from: &HeaderMap, port: u16) -> HeaderMap {
    let mut headers = passing(from, &IN);
    // Not documented; seen in containers that read it. A container must bear any header that it does not know.
    headers.insert("x-amzn-sagemaker-forwarded-api", HeaderValue::from_static("InvokeEndpoint"));
    if let Ok(host) = HeaderValue::from_str(&format!("127.0.0.1:{port}")) {
        headers.insert(header::HOST, host);
    }
    headers
}

/// The headers that the caller gets.
pub(crate) fn outward(from: &HeaderMap) -> HeaderMap {
    let mut headers = passing(from, &OUT);
    headers.insert(INVOKED_VARIANT, HeaderValue::from_static("AllTraffic"));
    headers
}

fn passing(from: &HeaderMap, names: &[&'static str]) -> HeaderMap {
    let named = names.iter().map(|name| HeaderName::from_static(name));
    named.filter_map(|name| from.get(&name).map(|value| (name.clone(), value.clone()))).collect()
}
