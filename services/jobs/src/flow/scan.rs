use std::fmt;

use chassis::failure::Violation;
use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::flow::path::{self, Part};
use crate::flow::schema::LIMIT;

/// Deeper JSON is refused: it is read again inside other JSON, and parsers stop at 128 levels.
const DEPTH_LIMIT: usize = 64;

const NUL: &str = "must not contain the character NUL (U+0000); remove it";

/// Reads JSON and tells what a schema cannot: double names, NUL, depth.
pub(super) struct Scan<'r> {
    root: &'r str,
    parts: Vec<Part>,
    violations: Vec<Violation>,
    is_too_deep: bool,
}

impl<'r> Scan<'r> {
    /// The value of a text, and what is wrong with it nevertheless; no value where it is no JSON.
    pub(super) fn read(root: &'r str, text: &str) -> (Option<Value>, Vec<Violation>) {
        let mut scan = Self { root, parts: Vec::new(), violations: Vec::new(), is_too_deep: false };
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let value = Node(&mut scan).deserialize(&mut deserializer);
        match value.and_then(|value| deserializer.end().map(|()| value)) {
            Ok(value) => (Some(value), scan.violations),
            Err(error) => {
                let failure = scan.failure(&error, text);
                (None, vec![failure])
            }
        }
    }

    /// Why reading stopped; the parts still say where.
    fn failure(&self, error: &serde_json::Error, text: &str) -> Violation {
        let is_number = error.to_string().starts_with("number out of range");
        let (parts, message) = if self.is_too_deep {
            let message = format!("is nested deeper than {DEPTH_LIMIT} levels; flatten it");
            (&self.parts[..self.parts.len().min(1)], message)
        } else if is_number {
            (&self.parts[..], "is a number too large to read; send it as a text".to_owned())
        } else if text.trim().is_empty() {
            (&self.parts[..0], "is empty; send a JSON object".to_owned())
        } else {
            (&self.parts[..0], format!("is not JSON: {error}"))
        };
        Violation { path: path::shown(self.root, parts), message }
    }

    fn refuse(&mut self, message: &str) {
        if self.violations.len() < LIMIT {
            let path = path::shown(self.root, &self.parts);
            self.violations.push(Violation { path, message: message.to_owned() });
        }
    }

    fn enter<E: serde::de::Error>(&mut self) -> Result<(), E> {
        self.is_too_deep = self.parts.len() >= DEPTH_LIMIT;
        if self.is_too_deep { Err(E::custom("too deep")) } else { Ok(()) }
    }
}

struct Node<'a, 'r>(&'a mut Scan<'r>);

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        if text.contains('\0') {
            self.0.refuse(NUL);
        }
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        self.0.enter()?;
        let mut items = Vec::new();
        self.0.parts.push(Part::Item(0));
        while let Some(item) = list.next_element_seed(Node(self.0))? {
            items.push(item);
            self.0.parts.pop();
            self.0.parts.push(Part::Item(items.len()));
        }
        self.0.parts.pop();
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        self.0.enter()?;
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            self.0.parts.push(Part::Member(name.clone()));
            if name.contains('\0') {
                self.0.refuse(NUL);
            }
            if members.contains_key(&name) {
                self.0.refuse("is named twice; keep one of the two");
            }
            let value = object.next_value_seed(Node(self.0))?;
            members.insert(name, value);
            self.0.parts.pop();
        }
        Ok(members.into())
    }
}
