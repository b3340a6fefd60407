//! The settings that came from a secret store, which may have another value later.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{IntoDeserializer, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use toml::Value;
use toml::de::Error;

use crate::secret::Secret;

/// The secrets behind settings, by the path of the text.
pub(super) type Cells = BTreeMap<String, Secret>;

thread_local! {
    /// The secret behind the text that was read last; reading happens in one go on one thread.
    static LAST: Cell<Option<Secret>> = const { Cell::new(None) };
}

/// The secret behind the text that was read just now, if a secret store stands behind it.
pub(crate) fn take(text: &str) -> Option<Secret> {
    LAST.take().filter(|secret| secret.expose() == text)
}

/// Forgets what was read last, so that nobody seems to hold it.
pub(super) fn forget() {
    LAST.set(None);
}

/// A value at its path, for reading; it remembers which secret stands behind each text.
pub(super) struct Node<'a> {
    pub(super) path: String,
    pub(super) value: Value,
    pub(super) cells: &'a Cells,
}

/// Every text within a value, with its path; items of lists have their number as a name.
pub(super) fn texts<'a>(path: &str, value: &'a mut Value) -> Vec<(String, &'a mut String)> {
    match value {
        Value::String(text) => vec![(path.to_owned(), text)],
        Value::Array(items) => {
            let items = items.iter_mut().enumerate();
            items.flat_map(|(index, item)| texts(&format!("{path}.{index}"), item)).collect()
        }
        Value::Table(table) => {
            let members = table.iter_mut();
            members.flat_map(|(name, value)| texts(&format!("{path}.{name}"), value)).collect()
        }
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => Vec::new(),
    }
}

impl Node<'_> {
    fn inner(&self, name: &str, value: Value) -> Self {
        let path =
            if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Self { path, value, cells: self.cells }
    }
}

impl<'de> Deserializer<'de> for Node<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        match std::mem::replace(&mut self.value, Value::Boolean(false)) {
            Value::String(text) => {
                LAST.set(self.cells.get(&self.path).cloned());
                visitor.visit_string(text)
            }
            Value::Array(items) => {
                let items = items.into_iter().enumerate();
                let nodes = items.map(|(index, item)| self.inner(&index.to_string(), item));
                visitor.visit_seq(SeqDeserializer::new(nodes))
            }
            Value::Table(table) => {
                let members = table.into_iter();
                let nodes = members.map(|(name, value)| {
                    let node = self.inner(&name, value);
                    (name, node)
                });
                visitor.visit_map(MapDeserializer::new(nodes))
            }
            value @ (Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)) => value.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.value.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Error> for Node<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
