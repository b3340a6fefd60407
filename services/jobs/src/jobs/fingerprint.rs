//! What makes two requests the same, so that an idempotency key can tell.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The sha256 of what was asked for, whatever the order of its members and its spaces.
pub(super) fn fingerprint(
    flow: &str,
    input: &Value,
    callback: Option<&str>,
    auth: Option<&str>,
    correlation: Option<&Value>,
) -> String {
    let mut asked = json!({
        "callback": callback, "correlation": correlation, "flow": flow, "input": input,
    });
    if let Some(auth) = auth {
        asked["callback_auth"] = auth.into();
    }
    hex::encode(Sha256::digest(sorted(asked).to_string()))
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            let members = members.into_iter().map(|(name, value)| (name, sorted(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(input: &str, callback: Option<&str>, correlation: Option<&str>) -> String {
        let parse = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
        fingerprint("proposal", &parse(input), callback, None, correlation.map(parse).as_ref())
    }

    #[test]
    fn order_and_spaces_are_the_same_request() {
        let one = of(r#"{"a":1,"b":{"c":[1,2],"d":null}}"#, None, Some(r#"{"x":1,"y":2}"#));
        let two = of(r#"{ "b": {"d":null, "c":[1, 2]}, "a": 1 }"#, None, Some(r#"{"y":2,"x":1}"#));
        assert_eq!(one, two);
    }

    #[test]
    fn every_part_counts() {
        let base = of(r#"{"a":[1,2]}"#, None, None);
        for other in [
            of(r#"{"a":[2,1]}"#, None, None),
            of(r#"{"a":["1",2]}"#, None, None),
            of(r#"{"a":[1,2]}"#, Some("http://x.test/"), None),
            of(r#"{"a":[1,2]}"#, None, Some("1")),
            fingerprint("other", &json!({"a": [1, 2]}), None, None, None),
            fingerprint("proposal", &json!({"a": [1, 2]}), None, Some("mark"), None),
        ] {
            assert_ne!(base, other);
        }
    }
}
