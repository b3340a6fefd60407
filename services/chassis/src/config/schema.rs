use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use crate::config::{Error, Origin};

/// A setting as the defaults define it.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    pub(super) default: Value,
    /// Whether the comment on its line begins with `secret`, or its name says so.
    pub(super) is_secret: bool,
}

/// Every setting there is, by its path.
pub(super) type Schema = BTreeMap<String, Definition>;

/// Reads the defaults of several crates; what stands on one line is a setting, tables in braces included.
pub(super) fn read(defaults: &[&str]) -> Result<Schema, Error> {
    let mut schema = Schema::new();
    for text in defaults {
        let wrong = |error: toml::de::Error| Error::Syntax {
            origin: Origin::Default,
            why: error.message().to_owned(),
        };
        let spans = DeTable::parse(text).map_err(wrong)?;
        let values: Table = text.parse().map_err(wrong)?;
        collect(&mut schema, "", text, spans.get_ref(), &values)?;
    }
    Ok(schema)
}

fn collect(
    schema: &mut Schema,
    prefix: &str,
    text: &str,
    spans: &DeTable<'_>,
    values: &Table,
) -> Result<(), Error> {
    for (name, span) in spans {
        let path = join(prefix, name.get_ref());
        match (span.get_ref(), values.get(name.get_ref().as_ref())) {
            (DeValue::Table(inner), Some(Value::Table(table))) if !is_inline(text, span) => {
                collect(schema, &path, text, inner, table)?;
            }
            (_, Some(default)) => {
                let is_named = default.is_str() && is_secret_name(name.get_ref());
                let is_secret = is_named || comment(text, span).starts_with("secret");
                let definition = Definition { default: default.clone(), is_secret };
                if schema.insert(path.clone(), definition).is_some() {
                    let why = format!("{path} is defined twice");
                    return Err(Error::Syntax { origin: Origin::Default, why });
                }
            }
            (_, None) => {}
        }
    }
    Ok(())
}

/// A mark can be forgotten; showing a password cannot be undone.
fn is_secret_name(name: &str) -> bool {
    ["token", "secret", "pass", "password", "key"].iter().any(|ending| name.ends_with(ending))
}

/// The path of a name within a table.
pub(super) fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

fn is_inline(text: &str, value: &Spanned<DeValue<'_>>) -> bool {
    text.get(value.span()).is_some_and(|value| value.starts_with('{'))
}

/// What the comment behind a value says.
fn comment<'a>(text: &'a str, value: &Spanned<DeValue<'_>>) -> &'a str {
    let rest = text.get(value.span().end..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    line.trim_start().trim_start_matches('#').trim_start()
}
