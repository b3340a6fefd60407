//! Messages as JSON: every field that a reader may look for is there, absent ones as null.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, ReflectMessage, Value};
use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::grpc::dynamic::{METADATA, WELL_KNOWN, short};

const WARNINGS: &str = "warnings";

/// A message that answers a request, with what the caller should know of its own words.
pub(super) struct Answer<'a> {
    pub(super) message: &'a DynamicMessage,
    pub(super) warnings: &'a [String],
}

struct Message<'a>(&'a DynamicMessage);

struct Item<'a>(&'a Kind, &'a Value);

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let descriptor = self.message.descriptor();
        for field in descriptor.fields().filter(|field| field.name() != WARNINGS) {
            write(&mut map, self.message, &field)?;
        }
        let own = self.message.get_field_by_name(WARNINGS);
        let own = own.as_ref().and_then(|value| value.as_list());
        let own = own.into_iter().flatten().filter_map(Value::as_str);
        let all: Vec<&str> = own.chain(self.warnings.iter().map(String::as_str)).collect();
        map.serialize_entry(WARNINGS, &all)?;
        map.end()
    }
}

impl Serialize for Message<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(message) = self;
        let descriptor = message.descriptor();
        if descriptor.full_name() == METADATA {
            return raw(message).serialize(serializer);
        }
        if descriptor.package_name() == WELL_KNOWN {
            return message.serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        for field in descriptor.fields() {
            write(&mut map, message, &field)?;
        }
        map.end()
    }
}

impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            Value::Bool(value) => value.serialize(serializer),
            Value::I32(value) => value.serialize(serializer),
            Value::I64(value) => value.serialize(serializer),
            Value::U32(value) => value.serialize(serializer),
            Value::U64(value) => value.serialize(serializer),
            Value::F32(value) => value.serialize(serializer),
            Value::F64(value) => value.serialize(serializer),
            Value::String(value) => value.serialize(serializer),
            Value::Bytes(value) => STANDARD.encode(value).serialize(serializer),
            Value::EnumNumber(value) => word(self.0, *value).serialize(serializer),
            Value::Message(value) => Message(value).serialize(serializer),
            Value::List(values) => {
                serializer.collect_seq(values.iter().map(|value| Item(self.0, value)))
            }
            // The contract has none; `{}` would hide one that is added.
            Value::Map(_) => Err(S::Error::custom("a map cannot be written")),
        }
    }
}

fn write<M: SerializeMap>(
    map: &mut M,
    message: &DynamicMessage,
    field: &FieldDescriptor,
) -> Result<(), M::Error> {
    let is_absent = field.supports_presence() && !message.has_field(field);
    let is_choice = field.containing_oneof().is_some_and(|oneof| !oneof.is_synthetic());
    match (is_absent, is_choice) {
        // Of a choice only what was chosen is there.
        (true, true) => Ok(()),
        (true, false) => map.serialize_entry(field.name(), &()),
        (false, _) => {
            map.serialize_entry(field.name(), &Item(&field.kind(), &message.get_field(field)))
        }
    }
}

/// The object that metadata holds; null where it holds none.
fn raw(metadata: &DynamicMessage) -> Option<Box<RawValue>> {
    let json = metadata.get_field_by_name("json")?.as_str()?.to_owned();
    RawValue::from_string(json).ok()
}

/// A word, or the number of one that this contract does not know.
fn word(kind: &Kind, number: i32) -> String {
    let words = kind.as_enum();
    let value = words.and_then(|words| Some(short(words, words.get_value(number)?.name())));
    value.unwrap_or_else(|| number.to_string())
}
