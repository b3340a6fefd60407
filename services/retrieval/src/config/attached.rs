use std::collections::BTreeMap;

use chassis::config::{self, Settings};
use chassis::secret::Secret;
use serde::Deserialize;

use crate::attachment::{Columns, Mapping, Measure, Preset};
use crate::check;
use crate::config::place::{Limits, Place, URL_REMEDY, check_url};
use crate::config::supabase;

/// Every table that the settings attach, and the databases that tables are attached from.
#[derive(Clone, Debug)]
pub(crate) struct Attachments {
    pub(crate) tables: Vec<Table>,
    /// By the names that tables and callers call them.
    pub(crate) places: BTreeMap<String, Place>,
    pub(crate) limits: Limits,
    /// Whose callers may attach more.
    pub(crate) attach: Attach,
}

/// A table of somebody else's that appears as a collection.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// The collection's name.
    pub(crate) collection: String,
    /// The section of the settings that says which table.
    pub(crate) setting: String,
    /// The name of its database.
    pub(crate) database: String,
    pub(crate) mapping: Mapping,
}

/// Whose callers may attach tables of the databases that the settings name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Attach {
    /// Nobody's.
    Nobody,
    /// Those of the operator's own tenant.
    #[default]
    Default,
    /// Every tenant's.
    Anybody,
}

/// The database of this program itself, where that is Postgres.
pub(crate) const OWN: &str = "database";
/// The database of `retrieval.supabase`.
pub(super) const SUPABASE: &str = "supabase";

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Entry {
    url: Secret,
    database: String,
    schema: String,
    table: String,
    layout: Preset,
    columns: Columns,
    collection_name: String,
    operator: Measure,
}

impl Default for Entry {
    fn default() -> Self {
        let Mapping { schema, table, layout, columns, collection_name, operator } =
            Mapping::default();
        let (url, database) = (Secret::default(), String::new());
        Self { url, database, schema, table, layout, columns, collection_name, operator }
    }
}

impl Attachments {
    pub(super) fn read(settings: &Settings) -> Result<Self, config::Error> {
        let limits = Limits::read(settings)?;
        let attach = settings.section("retrieval.attach")?;
        let mut found = Self { tables: Vec::new(), places: BTreeMap::new(), limits, attach };
        if let Some((table, place)) = supabase::read(settings, limits)? {
            found.places.insert(SUPABASE.to_owned(), place);
            found.tables.push(table);
        }
        let entries: BTreeMap<String, Entry> = settings.section(SETTING)?;
        for (name, entry) in entries {
            found.add(name, entry, settings)?;
        }
        found.check(settings)?;
        Ok(found)
    }

    fn add(
        &mut self,
        name: String,
        entry: Entry,
        settings: &Settings,
    ) -> Result<(), config::Error> {
        let setting = format!("{SETTING}.{name}");
        let refuse = |what: &str, remedy: &str| {
            Err(settings.refuse(SETTING, &format!("{what} in {name}"), remedy))
        };
        if check::collection(&name).is_err() || [OWN, SUPABASE].contains(&name.as_str()) {
            let remedy =
                "use up to 63 lower-case letters, digits, - and _, and not database or supabase";
            return refuse("has a name that cannot be one", remedy);
        }
        let Entry { url, database, schema, table, layout, columns, collection_name, operator } =
            entry;
        let mapping = Mapping { schema, table, layout, columns, collection_name, operator };
        if let Err((member, what, remedy)) = mapping.check() {
            return refuse(&format!("{member} {what}"), remedy);
        }
        if !url.is_empty() && !database.is_empty() {
            return refuse("has both a url and a database", "give the one or the other");
        }
        let database = if database.is_empty() { OWN.to_owned() } else { database };
        let database = if url.is_empty() { database } else { name.clone() };
        if let Some(url) = (!url.is_empty()).then_some(url) {
            if let Err(what) = check_url(url.expose()) {
                return refuse(&format!("has a url that {what}"), URL_REMEDY);
            }
            let place = Place { setting: setting.clone(), url, limits: self.limits };
            self.places.insert(name.clone(), place);
        }
        // An entry without a table only names a database.
        if !mapping.table.is_empty() {
            self.tables.push(Table { collection: name, setting, database, mapping });
        } else if !self.places.contains_key(&name) {
            return refuse("has no table", "name one");
        }
        Ok(())
    }

    /// Whether what was said of one agrees with what was said of the others.
    fn check(&self, settings: &Settings) -> Result<(), config::Error> {
        for (at, table) in self.tables.iter().enumerate() {
            let name = &table.collection;
            if self.tables[..at].iter().any(|other| other.collection == *name) {
                let what = format!("attaches two tables as {name}");
                return Err(settings.refuse(SETTING, &what, "give one of them another name"));
            }
            if table.database != OWN && !self.places.contains_key(&table.database) {
                let what = format!("names a database {} in {name} that is none", table.database);
                let remedy = "name database, supabase, or another entry that has a url";
                return Err(settings.refuse(SETTING, &what, remedy));
            }
        }
        Ok(())
    }
}

const SETTING: &str = "retrieval.attached";
