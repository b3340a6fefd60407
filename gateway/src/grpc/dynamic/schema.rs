//! Messages as JSON Schema, with the comments of their protos.

use prost_reflect::{FieldDescriptor, FileDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

use crate::grpc::dynamic::{METADATA, WELL_KNOWN, read, short};

/// Adds a message and all that it holds, each under its full name.
pub(super) fn add(schemas: &mut Map<String, Value>, message: &MessageDescriptor) {
    if schemas.contains_key(message.full_name()) {
        return;
    }
    let members = message.fields().map(|field| (field.name().to_owned(), member(&field)));
    let schema = json!({
        "type": "object",
        "description": comment(&message.parent_file(), message.path()),
        "properties": members.collect::<Map<_, _>>(),
    });
    schemas.insert(message.full_name().to_owned(), schema);
    for inner in message.fields().filter_map(|field| field.kind().as_message().cloned()) {
        if inner.full_name() != METADATA && inner.package_name() != WELL_KNOWN {
            add(schemas, &inner);
        }
    }
}

fn member(field: &FieldDescriptor) -> Value {
    let value = if read::is_json(field) {
        json!({ "type": ["string", "object", "array"] })
    } else {
        value(&field.kind())
    };
    let is_choice = field.containing_oneof().is_some_and(|oneof| !oneof.is_synthetic());
    let mut schema = match (field.is_list(), field.supports_presence() && !is_choice) {
        (true, _) => json!({ "type": "array", "items": value }),
        (false, true) => json!({ "anyOf": [value, { "type": "null" }] }),
        (false, false) => value,
    };
    schema["description"] = comment(&field.parent_message().parent_file(), field.path()).into();
    schema
}

fn value(kind: &Kind) -> Value {
    match kind {
        Kind::Double | Kind::Float => json!({ "type": "number" }),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            json!({ "type": "integer", "format": "int32" })
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            json!({ "type": "integer", "format": "int64" })
        }
        Kind::Uint32 | Kind::Fixed32 | Kind::Uint64 | Kind::Fixed64 => {
            json!({ "type": "integer", "minimum": 0 })
        }
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::String => json!({ "type": "string" }),
        Kind::Bytes => json!({ "type": "string", "format": "byte" }),
        Kind::Enum(words) => {
            let words = words.values().map(|value| short(words, value.name()));
            json!({ "type": "string", "enum": words.collect::<Vec<_>>() })
        }
        Kind::Message(message) => match message.full_name() {
            METADATA => json!({ "type": "object" }),
            "google.protobuf.Duration" => json!({ "type": "string", "examples": ["1.5s"] }),
            "google.protobuf.Timestamp" => json!({ "type": "string", "format": "date-time" }),
            "google.protobuf.Value" => json!({}),
            name => json!({ "$ref": format!("#/components/schemas/{name}") }),
        },
    }
}

/// What the proto says above a message or a field.
fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let locations = file.file_descriptor_proto().source_code_info.as_ref();
    let mut locations = locations.into_iter().flat_map(|info| &info.location);
    let found = locations.find(|location| location.path == path);
    let lines = found.map(|location| location.leading_comments()).unwrap_or_default().lines();
    lines.map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}
