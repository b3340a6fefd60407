//! Messages from JSON. What is wrong is collected, and told at once with its path.

use std::collections::BTreeMap;

use chassis::failure::Violation;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};
use serde_json::value::RawValue;

use crate::error::Error;
use crate::grpc::dynamic::place::{Place, Within};
use crate::grpc::dynamic::{METADATA, WELL_KNOWN};
use crate::json::INVALID_REQUEST;

mod scalar;

/// How many violations one request earns at most.
const MOST: usize = 32;

type Members<'a> = BTreeMap<String, &'a RawValue>;

/// Reads a message from JSON that passed its check.
pub(super) fn message(
    descriptor: &MessageDescriptor,
    text: &str,
    within: Within,
) -> Result<DynamicMessage, Error> {
    let mut reader = Reader { within, refused: Vec::new() };
    let message = reader.message(descriptor, text, &Place::Whole(within));
    Error::of(reader.refused)?;
    Ok(message)
}

struct Reader {
    within: Within,
    refused: Vec<(&'static str, Violation)>,
}

impl Reader {
    fn message(
        &mut self,
        descriptor: &MessageDescriptor,
        text: &str,
        at: &Place<'_>,
    ) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor.clone());
        let Ok(members) = serde_json::from_str::<Members<'_>>(text) else {
            self.refuse(at, "must be an object");
            return message;
        };
        for (name, value) in &members {
            if matches!(at, Place::Whole(_)) && self.within.skips(name) {
                continue;
            }
            let here = Place::Member(at, name);
            match named(descriptor, name) {
                Some(field) => self.field(&mut message, &field, value.get(), &here),
                None => self.refuse(&here, format!("is not known here; {}", known(descriptor))),
            }
        }
        message
    }

    fn field(
        &mut self,
        message: &mut DynamicMessage,
        field: &FieldDescriptor,
        text: &str,
        at: &Place<'_>,
    ) {
        // A member that is null counts as absent, but for the one type that knows null.
        if text == "null" && !is_any(&field.kind()) {
            return;
        }
        let beside = field.containing_oneof().map(|oneof| oneof.fields().collect::<Vec<_>>());
        let beside = beside.unwrap_or_else(|| vec![field.clone()]);
        if let Some(other) = beside.iter().find(|other| message.has_field(other)) {
            self.refuse(at, format!("stands beside {}; keep one of them", other.name()));
            return;
        }
        let value = if field.is_list() {
            self.list(&field.kind(), text, at)
        } else if is_json(field) && text.starts_with(['{', '[']) {
            Some(Value::String(text.to_owned()))
        } else {
            self.value(&field.kind(), text, at)
        };
        if let Some(value) = value
            && message.try_set_field(field, value).is_err()
        {
            self.refuse(at, "cannot be read");
        }
    }

    fn list(&mut self, kind: &Kind, text: &str, at: &Place<'_>) -> Option<Value> {
        let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(text) else {
            self.refuse(at, "must be a list");
            return None;
        };
        let mut values = Vec::with_capacity(elements.len());
        for (index, element) in elements.into_iter().enumerate() {
            values.extend(self.value(kind, element.get(), &Place::Element(at, index)));
        }
        Some(Value::List(values))
    }

    fn value(&mut self, kind: &Kind, text: &str, at: &Place<'_>) -> Option<Value> {
        match kind.as_message() {
            Some(inner) if inner.full_name() == METADATA => self.metadata(inner, text, at),
            Some(inner) if inner.package_name() == WELL_KNOWN => self.well_known(inner, text, at),
            Some(inner) => Some(Value::Message(self.message(inner, text, at))),
            None => {
                let value = scalar::read(kind, text);
                if value.is_none() {
                    self.refuse(at, scalar::expected(kind));
                }
                value
            }
        }
    }

    /// The object itself; or, as gRPC has it, the object as text in a member `json` that stands alone.
    fn metadata(
        &mut self,
        descriptor: &MessageDescriptor,
        text: &str,
        at: &Place<'_>,
    ) -> Option<Value> {
        let Ok(members) = serde_json::from_str::<Members<'_>>(text) else {
            self.refuse(at, "must be an object");
            return None;
        };
        let alone = members.get("json").filter(|_| members.len() == 1);
        let inner = alone.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
        let inner = inner.filter(|inner| serde_json::from_str::<Members<'_>>(inner).is_ok());
        let json = inner.unwrap_or_else(|| text.to_owned());
        let mut message = DynamicMessage::new(descriptor.clone());
        message.try_set_field_by_name("json", Value::String(json)).ok()?;
        Some(Value::Message(message))
    }

    fn well_known(
        &mut self,
        descriptor: &MessageDescriptor,
        text: &str,
        at: &Place<'_>,
    ) -> Option<Value> {
        let mut json = serde_json::Deserializer::from_str(text);
        if let Ok(message) = DynamicMessage::deserialize(descriptor.clone(), &mut json) {
            return Some(Value::Message(message));
        }
        let expected = match descriptor.name() {
            "Duration" => "must be a duration such as \"1.5s\"",
            "Timestamp" => "must be a moment such as 2026-11-21T08:15:40Z",
            _ => "cannot be read",
        };
        self.refuse(at, expected);
        None
    }

    fn refuse(&mut self, at: &Place<'_>, message: impl Into<String>) {
        if self.refused.len() < MOST {
            let violation = Violation { path: at.to_string(), message: message.into() };
            self.refused.push((INVALID_REQUEST, violation));
        }
    }
}

/// The field that a member is, by its own name or as gRPC's JSON spells it.
fn named(descriptor: &MessageDescriptor, name: &str) -> Option<FieldDescriptor> {
    descriptor.get_field_by_name(name).or_else(|| descriptor.get_field_by_json_name(name))
}

fn known(descriptor: &MessageDescriptor) -> String {
    let names: Vec<_> = descriptor.fields().map(|field| field.name().to_owned()).collect();
    if names.is_empty() {
        "there are none".to_owned()
    } else {
        format!("known are {}", names.join(", "))
    }
}

/// Whether null is a value of it.
fn is_any(kind: &Kind) -> bool {
    kind.as_message().is_some_and(|inner| inner.full_name() == "google.protobuf.Value")
}

/// Whether it is a text that holds JSON, which a caller may as well write as such.
pub(super) fn is_json(field: &FieldDescriptor) -> bool {
    field.kind() == Kind::String && field.name().ends_with("_json")
}
