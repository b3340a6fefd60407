use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use chassis::failure::Violation;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::json::path::shown;

/// What a field of the wrong type, or an unknown one, is refused as.
pub(crate) const INVALID_REQUEST: &str = "INVALID_REQUEST";

/// The members of an object, read one by one; what is wrong with them is collected and told at once.
///
/// A member that is null counts as absent, since that is what an empty expression of n8n becomes.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    prefix: String,
    members: BTreeMap<String, &'a RawValue>,
    refused: Vec<(&'static str, Violation)>,
}

impl<'a> Fields<'a> {
    /// The members of a body that must be an object.
    pub(crate) fn of(text: &'a str, reason: &'static str) -> Result<Self, Error> {
        let members =
            object(text).ok_or_else(|| Error::refused(reason, "body", "must be a JSON object"))?;
        Ok(Self { prefix: String::new(), members, refused: Vec::new() })
    }

    /// Whether there is such a member, be it null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Whether there is such a member that says something.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(|value| value.get() != "null")
    }

    /// A member's own text.
    pub(crate) fn raw(&mut self, name: &str) -> Option<&'a str> {
        self.members.remove(name).map(RawValue::get).filter(|text| *text != "null")
    }

    /// A member that must be a text.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let raw = self.raw(name)?;
        self.parsed(name, serde_json::from_str(raw).ok(), "must be a text")
    }

    /// A member that must be there, and be a text.
    pub(crate) fn needed_text(&mut self, name: &str) -> Option<String> {
        let Some(raw) = self.raw(name) else {
            self.refuse(INVALID_REQUEST, name, "is missing");
            return None;
        };
        self.parsed(name, serde_json::from_str(raw).ok(), "must be a text")
    }

    /// A member that must be true or false.
    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        let raw = self.raw(name)?;
        self.parsed(name, serde_json::from_str(raw).ok(), "must be true or false")
    }

    /// A member that must be a number in a range; outside it is refused for a reason of its own.
    pub(crate) fn number(
        &mut self,
        name: &str,
        range: RangeInclusive<f64>,
        reason: &'static str,
    ) -> Option<f64> {
        let raw = self.raw(name)?;
        let message = format!("must be a number between {} and {}", range.start(), range.end());
        let number = self.parsed(name, serde_json::from_str(raw).ok(), &message)?;
        self.within(name, number, &range, reason, &message)
    }

    /// A member that must be a whole number in a range; anything else is refused for one reason.
    pub(crate) fn integer(
        &mut self,
        name: &str,
        range: RangeInclusive<i32>,
        reason: &'static str,
    ) -> Option<i32> {
        let raw = self.raw(name)?;
        let message =
            format!("must be a whole number between {} and {}", range.start(), range.end());
        let Ok(number) = serde_json::from_str(raw) else {
            self.refuse(reason, name, message);
            return None;
        };
        self.within(name, number, &range, reason, &message)
    }

    /// A member that must be an object, with its own members.
    pub(crate) fn object(&mut self, name: &str) -> Option<Fields<'a>> {
        let raw = self.raw(name)?;
        let members = self.parsed(name, object(raw), "must be an object")?;
        Some(Self { prefix: self.path(name), members, refused: Vec::new() })
    }

    /// A member that must be a list of objects, each with its own members.
    pub(crate) fn objects(&mut self, name: &str) -> Option<Vec<Fields<'a>>> {
        let raw = self.raw(name)?;
        let items: Option<Vec<&'a RawValue>> = serde_json::from_str(raw).ok();
        let items = self.parsed(name, items, "must be a list of objects")?;
        let mut objects = Vec::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            let place = format!("{name}[{at}]");
            let members = self.parsed(&place, object(item.get()), "must be an object");
            objects.extend(members.map(|members| Self {
                prefix: self.path(&place),
                members,
                refused: Vec::new(),
            }));
        }
        Some(objects)
    }

    /// Takes over what is wrong with the members of a member.
    pub(crate) fn absorb(&mut self, inner: Self) {
        self.refused.extend(inner.refused);
    }

    /// Refuses a member.
    pub(crate) fn refuse(&mut self, reason: &'static str, name: &str, message: impl Into<String>) {
        let path = self.path(name);
        self.refused.push((reason, Violation { path, message: message.into() }));
    }

    /// The members that nobody has asked for, as messages may repeat them.
    pub(crate) fn unknown(&self) -> Vec<String> {
        self.members.keys().map(|name| self.path(&shown(name))).collect()
    }

    /// Refuses members that nobody has asked for; a misspelt filter must not find everything.
    pub(crate) fn refuse_unknown(&mut self, known: &str) {
        for name in self.unknown() {
            let message = format!("is not known here; known are {known}");
            self.refused.push((INVALID_REQUEST, Violation { path: name, message }));
        }
    }

    /// Fails where anything was refused; with one reason where it is the same for all.
    pub(crate) fn finish(self) -> Result<(), Error> {
        Error::of(self.refused)
    }

    fn path(&self, name: &str) -> String {
        if self.prefix.is_empty() { name.to_owned() } else { format!("{}.{name}", self.prefix) }
    }

    fn parsed<T>(&mut self, name: &str, value: Option<T>, message: &str) -> Option<T> {
        if value.is_none() {
            self.refuse(INVALID_REQUEST, name, message);
        }
        value
    }

    fn within<T: PartialOrd + fmt::Display>(
        &mut self,
        name: &str,
        number: T,
        range: &RangeInclusive<T>,
        reason: &'static str,
        message: &str,
    ) -> Option<T> {
        if !range.contains(&number) {
            self.refuse(reason, name, message);
            return None;
        }
        Some(number)
    }
}

fn object(text: &str) -> Option<BTreeMap<String, &RawValue>> {
    serde_json::from_str(text).ok()
}
