use serde_json::{Map, Value};

/// Moves the description of a member that may be null from within its choice to the member itself.
///
/// It is generated as `{"oneOf": [{"$ref", "description"}, {"type": "null"}]}`, where most tools
/// show a description of the member only.
pub(super) fn descriptions(value: &mut Value) {
    match value {
        Value::Object(members) => {
            hoist(members);
            members.values_mut().for_each(descriptions);
        }
        Value::Array(items) => items.iter_mut().for_each(descriptions),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn hoist(members: &mut Map<String, Value>) {
    let choice = members.get_mut("oneOf").and_then(Value::as_array_mut);
    let Some([Value::Object(one), null]) = choice.map(Vec::as_mut_slice) else { return };
    let is_nullable = null.get("type").is_some_and(|kind| kind == "null");
    if is_nullable
        && one.contains_key("$ref")
        && let Some(description) = one.remove("description")
    {
        members.entry("description").or_insert(description);
    }
}
