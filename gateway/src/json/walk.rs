//! One walk through a text: is it JSON, does any object repeat a key, does any text hold U+0000.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::error::Error;
use crate::json::Place;
use crate::json::path::{Path, Segment};
use crate::json::surrogates::MARK;

/// How deep values may lie in one another; `serde_json` itself stops a little further down.
const DEPTH: usize = 120;
/// So many steps of a way that is too long are told.
const BEGINNING: usize = 8;

/// What the walk met.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The first text with U+0000.
    pub(super) nul: Option<String>,
    /// The texts with [`MARK`], where these were looked for.
    pub(super) marked: Vec<String>,
}

/// Why the walk ended early.
enum Stop {
    Duplicate(String),
    /// With the first steps of the way there.
    TooDeep(String),
}

struct State<'de> {
    path: Vec<Segment<'de>>,
    findings: Findings,
    stop: Option<Stop>,
    looks_for_marks: bool,
}

/// Walks through a text.
pub(super) fn walk(text: &str, looks_for_marks: bool) -> Result<Findings, Error> {
    let mut state =
        State { path: Vec::new(), findings: Findings::default(), stop: None, looks_for_marks };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let walked = Walk(&mut state).deserialize(&mut deserializer);
    match walked.and_then(|()| deserializer.end()) {
        Ok(()) => Ok(state.findings),
        Err(error) => Err(refused(state.stop, &error)),
    }
}

fn refused(stop: Option<Stop>, error: &serde_json::Error) -> Error {
    let at = Place::from(error);
    match stop {
        Some(Stop::Duplicate(path)) => Error::DuplicateKey { path, at },
        Some(Stop::TooDeep(path)) => Error::TooDeep { path, limit: DEPTH, at },
        None => Error::MalformedJson(error.to_string()),
    }
}

impl State<'_> {
    fn see(&mut self, text: &str) {
        if self.findings.nul.is_none() && text.contains('\0') {
            self.findings.nul = Some(Path(&self.path).to_string());
        }
        if self.looks_for_marks && text.contains(MARK) {
            self.findings.marked.push(Path(&self.path).to_string());
        }
    }

    /// Ends the walk; the error's own words are not read.
    fn stop<E: serde::de::Error>(&mut self, stop: Stop) -> E {
        self.stop = Some(stop);
        E::custom("")
    }

    fn descend<E: serde::de::Error>(&mut self) -> Result<(), E> {
        if self.path.len() < DEPTH {
            return Ok(());
        }
        let beginning = Path(self.path.get(..BEGINNING).unwrap_or(&self.path)).to_string();
        Err(self.stop(Stop::TooDeep(beginning)))
    }
}

struct Walk<'a, 'de>(&'a mut State<'de>);

impl<'de> DeserializeSeed<'de> for Walk<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.see(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self(state) = self;
        state.descend()?;
        for index in 0.. {
            state.path.push(Segment::Element(index));
            let element = list.next_element_seed(Walk(state))?;
            state.path.pop();
            if element.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let Self(state) = self;
        state.descend()?;
        let mut keys = HashSet::new();
        while let Some(key) = object.next_key_seed(Key)? {
            state.path.push(Segment::Member(key.clone()));
            state.see(&key);
            if !keys.insert(key) {
                let path = Path(&state.path).to_string();
                return Err(state.stop(Stop::Duplicate(path)));
            }
            object.next_value_seed(Walk(state))?;
            state.path.pop();
        }
        Ok(())
    }
}

/// Reads a key, without a copy where it has no escapes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}
