use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost_reflect::{EnumDescriptor, Kind, Value};
use serde::de::DeserializeOwned;
use serde_json::from_str;

use crate::grpc::dynamic::short;

/// Reads a value that is no message.
pub(super) fn read(kind: &Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Double => from_str(text).ok().map(Value::F64),
        Kind::Float => from_str(text).ok().map(Value::F32),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => whole(text).map(Value::I32),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => whole(text).map(Value::I64),
        Kind::Uint32 | Kind::Fixed32 => whole(text).map(Value::U32),
        Kind::Uint64 | Kind::Fixed64 => whole(text).map(Value::U64),
        Kind::Bool => from_str(text).ok().map(Value::Bool),
        Kind::String => from_str(text).ok().map(Value::String),
        Kind::Bytes => {
            let text: String = from_str(text).ok()?;
            STANDARD.decode(text).ok().map(|bytes| Value::Bytes(bytes.into()))
        }
        Kind::Enum(words) => word(words, &from_str::<String>(text).ok()?).map(Value::EnumNumber),
        Kind::Message(_) => None,
    }
}

/// What it must be, for people.
pub(super) fn expected(kind: &Kind) -> String {
    let expected = match kind {
        Kind::Double | Kind::Float => "must be a number",
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => "must be a whole number of 32 bits",
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => "must be a whole number of 64 bits",
        Kind::Uint32 | Kind::Fixed32 => "must be a whole number from 0 on, of 32 bits",
        Kind::Uint64 | Kind::Fixed64 => "must be a whole number from 0 on, of 64 bits",
        Kind::Bool => "must be true or false",
        Kind::String => "must be a text",
        Kind::Bytes => "must be a text in base64",
        Kind::Enum(words) => return format!("must be one of {}", known(words)),
        Kind::Message(_) => "must be an object",
    };
    expected.to_owned()
}

/// A whole number, or one in quotation marks, as gRPC's JSON writes those of 64 bits.
fn whole<T: DeserializeOwned + FromStr>(text: &str) -> Option<T> {
    let quoted = || from_str::<String>(text).ok()?.parse().ok();
    from_str(text).ok().or_else(quoted)
}

/// The number of a word, with its prefix or without.
fn word(words: &EnumDescriptor, text: &str) -> Option<i32> {
    let is_it = |name: &str| name == text || short(words, name) == text;
    words.values().find(|value| is_it(value.name())).map(|value| value.number())
}

fn known(words: &EnumDescriptor) -> String {
    let said = words.values().filter(|value| value.number() != 0);
    said.map(|value| short(words, value.name())).collect::<Vec<_>>().join(", ")
}
