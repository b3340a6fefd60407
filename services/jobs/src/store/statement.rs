use std::fmt::Write;

use crate::store::Dialect;

/// The tables, as templates name them.
const TABLES: [&str; 9] = [
    "job",
    "attempt",
    "step",
    "event",
    "delivery",
    "delivery_attempt",
    "idempotency",
    "flow_archive",
    "migration",
];

/// A value bound to a statement.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A number, a moment or a truth value.
    Int(Option<i64>),
    /// A text.
    Text(Option<String>),
    /// A caller's JSON, a body or an archive.
    Bytes(Option<Vec<u8>>),
}

/// One statement, written for both stores.
///
/// `{job}` is a table, `{now}` the database's clock, `{in 2}` a test for membership in the JSON list
/// bound as `$2`, `{skip}` and `{lock}` take row locks where the store has them, and `{span}` makes
/// a random span id.
#[derive(Debug)]
pub(super) struct Statement {
    template: &'static str,
    values: Vec<Value>,
}

impl Statement {
    pub(super) fn new(template: &'static str) -> Self {
        Self { template, values: Vec::new() }
    }

    /// Binds the next placeholder.
    pub(super) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Binds a list, for `{in N}`.
    pub(super) fn bind_list<'a>(self, list: impl IntoIterator<Item = &'a str>) -> Self {
        let list: serde_json::Value = list.into_iter().collect();
        self.bind(list.to_string())
    }

    /// The text and values that this dialect understands.
    pub(super) fn expand(self, dialect: Dialect, clock: i64) -> (String, Vec<Value>) {
        let Self { template, mut values } = self;
        let mut text = String::with_capacity(template.len() + 128);
        let clock_at = values.len() + 1;
        let mut is_timed = false;
        let mut rest = template;
        while let Some((before, (word, after))) =
            rest.split_once('{').and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
        {
            text.push_str(before);
            is_timed |= word == "now";
            expand(&mut text, dialect, word, clock_at);
            rest = after;
        }
        text.push_str(rest);
        if is_timed {
            values.push(Value::Int(Some(clock)));
        }
        (text, values)
    }
}

fn expand(text: &mut String, dialect: Dialect, word: &str, clock_at: usize) {
    // Writing to a string cannot fail.
    let _ = match word {
        "now" => dialect.write_now(text, clock_at),
        "skip" => text.write_str(dialect.skip_locked()),
        "lock" => text.write_str(dialect.lock()),
        "span" => text.write_str(dialect.random_span()),
        table if TABLES.contains(&table) => write!(text, "{}{table}", dialect.prefix()),
        list => dialect.write_membership(text, list.trim_start_matches("in ")),
    };
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Some(bytes))
    }
}

impl From<Option<Vec<u8>>> for Value {
    fn from(bytes: Option<Vec<u8>>) -> Self {
        Self::Bytes(bytes)
    }
}
