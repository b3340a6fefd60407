use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use crate::config::live::{self, Cells, Node, texts};
use crate::config::schema::{self, Schema};
use crate::config::{
    Error, Fetched, Origin, Reference, environment, fetched, file, suggestion, text,
};

/// What the settings are made of, from the weakest to the strongest.
#[derive(Clone, Default)]
pub struct Sources<'a> {
    /// The `defaults.toml` of every crate that reads settings.
    pub defaults: &'a [&'a str],
    /// The configuration file, see [`find`](crate::config::find).
    pub file: Option<&'a Path>,
    /// Variables under other names, and the settings they are for, such as `OPENAI_API_KEY`.
    pub usual: &'a [(&'a str, &'a str)],
    /// The environment, see [`environment`](crate::config::environment).
    pub environment: Vec<(String, String)>,
    /// Paths and values from the command line.
    pub overrides: Vec<(String, String)>,
    /// What stands in secret stores, once that was read: weaker than a variable of the same name.
    pub fetched: Fetched,
}

/// Every setting with its value and where that came from.
#[derive(Clone)]
pub struct Settings {
    schema: Schema,
    values: Values,
    cells: Arc<Cells>,
    standard: BTreeMap<String, String>,
}

/// What became of settings whose source has another value now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Those that are in force.
    pub followed: Vec<String>,
    /// Those that are read once, and so wait for the next start.
    pub waiting: Vec<String>,
    /// Those that the source names no more; they stay as they were.
    pub missing: Vec<String>,
}

/// A setting as `config check` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Its path, such as `gateway.listen`.
    pub key: String,
    /// Its value; stars where that is a secret, and for the password of a URL.
    pub value: String,
    /// Where the value came from.
    pub origin: Origin,
}

impl Settings {
    /// Reads all sources and refuses names that are no settings and values of another type.
    pub fn load(sources: &Sources<'_>) -> Result<Self, Error> {
        let schema = schema::read(sources.defaults)?;
        let mut values = Values::of(&schema);
        if let Some(path) = sources.file {
            file::apply(&mut values, &schema, path)?;
        }
        environment::apply(&mut values, &schema, sources)?;
        for (key, value) in &sources.overrides {
            let Some(definition) = schema.get(key) else {
                let remedy = suggestion::remedy(key, schema.keys().map(String::as_str));
                let origin = Origin::CommandLine;
                return Err(Error::Unknown { name: key.clone(), origin, remedy });
            };
            values.set(key, text::read(value, &definition.default), Origin::CommandLine)?;
        }
        let cells = Arc::new(fetched::apply(&mut values, &sources.fetched));
        let standard = environment::standard(&sources.environment);
        Ok(Self { schema, values, cells, standard })
    }

    /// Whether any setting came from a secret store.
    pub fn is_fetched(&self) -> bool {
        self.values.iter().any(|(_, (_, origin))| matches!(origin, Origin::Secret(_)))
    }

    /// The settings that stand for what is in a secret store, and were not read from there yet.
    pub fn references(&self) -> Vec<Reference> {
        fetched::references(&self.values)
    }

    /// Takes over what secret stores say now, where whoever uses a setting can follow it: that is asked
    /// of `can` with the setting, its value and the new one.
    pub fn follow(&mut self, newer: &Self, can: impl Fn(&str, &str, &str) -> bool) -> Changes {
        let mut changes = Changes::default();
        for (key, (value, origin)) in newer.values.iter() {
            let Some((was, source)) = self.values.0.get(key).cloned() else { continue };
            let is_fetched = [&source, origin].map(|from| matches!(from, Origin::Secret(_)));
            let list = match is_fetched {
                [false, false] => continue,
                [true, false] => &mut changes.missing,
                _ if was == *value => continue,
                _ if self.pass_on(key, value.clone(), &can) => &mut changes.followed,
                _ => &mut changes.waiting,
            };
            list.push(key.clone());
            if is_fetched[1] {
                self.values.0.insert(key.clone(), (value.clone(), origin.clone()));
            }
        }
        changes
    }

    /// Hands a new value to those who hold its secrets; false where somebody does not follow it.
    fn pass_on(&self, key: &str, mut value: Value, can: impl Fn(&str, &str, &str) -> bool) -> bool {
        let mut before = self.values.at(key);
        let before: BTreeMap<String, &mut String> = texts(key, &mut before).into_iter().collect();
        let now = texts(key, &mut value);
        let is_same_shape = before.len() == now.len();
        let passed = now.into_iter().map(|(path, text)| match self.cells.get(&path) {
            Some(secret) if secret.is_held() && can(key, secret.expose(), text) => {
                secret.replace(text.clone())
            }
            Some(_) | None => before.get(&path).is_some_and(|old| **old == *text),
        });
        passed.fold(is_same_shape, |all, one| all && one)
    }

    /// Reads what stands at a path: a section, or one setting.
    pub fn section<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        fetched::refuse_unresolved(&self.values, path)?;
        let node = Node { path: path.to_owned(), value: self.values.at(path), cells: &self.cells };
        let read = serde_path_to_error::deserialize(node);
        live::forget();
        read.map_err(|error: serde_path_to_error::Error<toml::de::Error>| {
            let inner = error.path().to_string();
            let within = schema::join(path, inner.trim_start_matches('.'));
            let key = self.nearest(if inner == "." { path } else { &within });
            let what = match error.inner().message().trim_end() {
                // Such a message may quote the value.
                _ if self.is_secret(&key) => "cannot be read".to_owned(),
                what if what.starts_with("is ") => what.to_owned(),
                what => format!("cannot be read: {what}"),
            };
            self.refuse(&key, &what, "change it, or remove it for the default")
        })
    }

    /// Refuses a setting's value, naming where it came from.
    pub fn refuse(&self, key: &str, what: &str, remedy: &str) -> Error {
        Error::Refused {
            setting: key.to_owned(),
            origin: self.origin(key).clone(),
            what: what.to_owned(),
            remedy: remedy.to_owned(),
        }
    }

    /// Where a setting's value came from.
    pub fn origin(&self, key: &str) -> &Origin {
        self.values.0.get(key).map_or(&Origin::Default, |(_, origin)| origin)
    }

    /// The standard variables, `OTEL_*` and `NO_COLOR`, which are no settings of ours and count nevertheless.
    pub fn standard_variables(&self) -> &BTreeMap<String, String> {
        &self.standard
    }

    /// Every setting, by its path.
    pub fn describe(&self) -> Vec<Described> {
        let described = self.values.0.iter().map(|(key, (value, origin))| {
            let value = if self.is_secret(key) { stars(value) } else { redact(&value.to_string()) };
            Described { key: key.clone(), value, origin: origin.clone() }
        });
        described.collect()
    }

    /// What came from a secret store is a secret, whatever the setting.
    fn is_secret(&self, key: &str) -> bool {
        let is_fetched = matches!(self.origin(key), Origin::Secret(_));
        is_fetched || self.schema.get(key).is_some_and(|definition| definition.is_secret)
    }

    /// The setting that an error within an open table or a list belongs to.
    fn nearest(&self, path: &str) -> String {
        let holds = |key: &&String| path.strip_prefix(key.as_str()).is_some();
        self.schema
            .keys()
            .filter(holds)
            .max_by_key(|key| key.len())
            .map_or(path, |key| key)
            .to_owned()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.describe()).finish()
    }
}

/// The values in force, by path.
#[derive(Clone)]
pub(super) struct Values(BTreeMap<String, (Value, Origin)>);

impl Values {
    fn of(schema: &Schema) -> Self {
        let defaults = schema.iter();
        let value = |definition: &schema::Definition| (definition.default.clone(), Origin::Default);
        Self(defaults.map(|(key, definition)| (key.clone(), value(definition))).collect())
    }

    /// Puts a value in place, or says what was expected there.
    pub(super) fn set(
        &mut self,
        key: &str,
        value: Result<Value, &'static str>,
        origin: Origin,
    ) -> Result<(), Error> {
        let value = value.map_err(|expected| Error::Refused {
            setting: key.to_owned(),
            origin: origin.clone(),
            what: format!("is not {expected}"),
            remedy: "change it, or remove it for the default".to_owned(),
        })?;
        self.0.insert(key.to_owned(), (value, origin));
        Ok(())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &(Value, Origin))> {
        self.0.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&String, &mut (Value, Origin))> {
        self.0.iter_mut()
    }

    fn at(&self, path: &str) -> Value {
        if let Some((value, _)) = self.0.get(path) {
            return value.clone();
        }
        let mut root = Table::new();
        for (key, (value, _)) in &self.0 {
            let inside = match path {
                "" => Some(key.as_str()),
                path => key.strip_prefix(path).and_then(|rest| rest.strip_prefix('.')),
            };
            if let Some(inside) = inside {
                insert(&mut root, inside, value.clone());
            }
        }
        Value::Table(root)
    }
}

fn insert(table: &mut Table, path: &str, value: Value) {
    let Some((name, rest)) = path.split_once('.') else {
        table.insert(path.to_owned(), value);
        return;
    };
    let inner = table.entry(name).or_insert_with(|| Value::Table(Table::new()));
    if let Value::Table(inner) = inner {
        insert(inner, rest, value);
    }
}

fn stars(value: &Value) -> String {
    let is_set = value.as_str().is_none_or(|text| !text.is_empty());
    if is_set { "***" } else { "\"\"" }.to_owned()
}

/// Hides the password of a URL.
fn redact(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':')) {
        Some((user, password)) => {
            let secret = format!("{user}:{password}@");
            format!("{scheme}://{}", rest.replacen(&secret, &format!("{user}:***@"), 1))
        }
        None => text.to_owned(),
    }
}
