use serde_json::{Map, Value, json};
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::answer::{Ended, Found};
use crate::request::Search;
use crate::submission::Invocation;

/// What can be posted to `/invocations`: a job, or an op.
pub(crate) struct Invoked;

/// What `/invocations` answers where no job was accepted.
pub(crate) struct Told;

const OP: &str = "Op";
/// Each op, and the schema of its further members, where they have one of their own.
const OPS: [(&str, &str, Option<&str>); 6] = [
    ("status", "Asks how a job is doing.", None),
    ("cancel", "Asks a job to stop.", None),
    ("search", "Asks for passages, as `POST /v1/search` does.", Some("Search")),
    ("embed", "Asks for vectors of texts.", Some("throughline.retrieval.v1.EmbedRequest")),
    ("rerank", "Asks for passages in a better order.", Some("throughline.rerank.v1.RerankRequest")),
    ("generate", "Asks for a text.", Some("throughline.generation.v1.GenerateRequest")),
];

impl PartialSchema for Invoked {
    fn schema() -> RefOr<Schema> {
        any(
            "A job, or an op where the body has a member `op` and neither `flow` nor `input`.",
            &["Invocation", OP],
        )
    }
}

impl ToSchema for Invoked {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        put::<Invocation>(schemas);
        put::<Search>(schemas);
    }
}

impl PartialSchema for Told {
    fn schema() -> RefOr<Schema> {
        any(
            "The job, or what an op answers: `search`, `embed`, `rerank`, `generate`.",
            &[
                "Ended",
                "Found",
                "throughline.retrieval.v1.EmbedResponse",
                "throughline.rerank.v1.RerankResponse",
                "throughline.generation.v1.GenerateResponse",
            ],
        )
    }
}

impl ToSchema for Told {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        put::<Ended>(schemas);
        put::<Found>(schemas);
    }
}

/// Adds the ops, and the contract's own messages that they and methods are made of.
pub(super) fn describe(api: &mut Value, messages: Map<String, Value>) {
    let Some(schemas) = api.pointer_mut("/components/schemas").and_then(Value::as_object_mut)
    else {
        return;
    };
    if schemas.contains_key("Invoked") {
        schemas.insert(OP.to_owned(), all());
    }
    schemas.extend(messages);
}

fn all() -> Value {
    let ops = OPS.map(|(name, description, members)| {
        let mut own = json!({ "op": { "const": name, "description": description } });
        if members.is_none() {
            own["job_id"] = json!({ "type": "string", "description": "The job." });
        }
        let needed: Vec<_> = own.as_object().into_iter().flat_map(Map::keys).cloned().collect();
        let own = json!({ "type": "object", "properties": own, "required": needed });
        match members {
            Some(members) => {
                json!({ "allOf": [own, { "$ref": format!("#/components/schemas/{members}") }] })
            }
            None => own,
        }
    });
    let description = "What can be asked for beside jobs; `trace` may stand beside its members, as in an envelope.";
    json!({ "description": description, "oneOf": ops })
}

fn any(description: &str, names: &[&str]) -> RefOr<Schema> {
    let any = AnyOfBuilder::new().description(Some(description));
    names.iter().fold(any, |any, name| any.item(Ref::from_schema_name(*name))).into()
}

fn put<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}
