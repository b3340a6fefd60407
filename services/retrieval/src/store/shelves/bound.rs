use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use chassis::auth::Tenant;

use crate::attachment::{Seen, TableSource};
use crate::config::Attach;
use crate::embed::Embedders;
use crate::store::{Attached, Origin};
use crate::{Error, Fault};

/// What callers call the source of an attachment.
const SOURCE: &str = "source";
/// So many tables are remembered with their shape; then all are read anew.
const MOST: usize = 256;

/// The databases that tables may be attached from, by their names, and who may attach some.
pub(crate) struct Origins {
    pub(crate) by_name: BTreeMap<String, Arc<Origin>>,
    pub(crate) attach: Attach,
    pub(crate) embedders: Embedders,
}

/// The tables that callers attached, as far as they were asked for.
pub(super) struct Bound {
    origins: Origins,
    known: Mutex<HashMap<(Tenant, String), Known>>,
}

/// What a name stood for when it was last asked for, and what is known of that table.
type Known = (TableSource, Arc<Attached>);

impl Bound {
    pub(super) fn new(origins: Origins) -> Self {
        Self { origins, known: Mutex::default() }
    }

    /// Whether the settings let this tenant's callers attach tables.
    pub(super) fn allow(&self, tenant: &Tenant) -> Result<(), Error> {
        let may = match self.origins.attach {
            Attach::Nobody => false,
            Attach::Default => *tenant == Tenant::default(),
            Attach::Anybody => true,
        };
        if may { Ok(()) } else { Err(Fault::NotAllowed.into()) }
    }

    /// The same with the name of the only database, where none is named.
    pub(super) fn named(&self, source: &TableSource) -> TableSource {
        let mut source = source.clone();
        let mut names = self.origins.by_name.keys();
        if let (true, Some(only), None) = (source.database.is_empty(), names.next(), names.next()) {
            source.database.clone_from(only);
        }
        source
    }

    /// The table that a name stands for, with what is known of it already.
    pub(super) fn of(
        &self,
        tenant: &Tenant,
        name: &str,
        source: TableSource,
    ) -> Result<Arc<Attached>, Error> {
        let key = (tenant.clone(), name.to_owned());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((was, table)) = known.get(&key)
            && *was == source
        {
            return Ok(Arc::clone(table));
        }
        let origin = Arc::clone(self.origin(&source.database)?);
        let (setting, mapping) = (SOURCE.to_owned(), source.mapping.clone());
        let embedders = self.origins.embedders.clone();
        let table = Attached::new(name.to_owned(), setting, origin, mapping, embedders);
        let table = Arc::new(table);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key, (source, Arc::clone(&table)));
        Ok(table)
    }

    /// The tables of vectors that a database has; of every database where none is named.
    pub(super) async fn tables(&self, database: &str) -> Result<Vec<Seen>, Error> {
        let mut seen = Vec::new();
        if !database.is_empty() {
            self.origin(database)?;
        }
        for (name, origin) in &self.origins.by_name {
            if database.is_empty() || database == name {
                seen.extend(origin.tables(name).await?);
            }
        }
        Ok(seen)
    }

    fn origin(&self, database: &str) -> Result<&Arc<Origin>, Error> {
        let there = || self.origins.by_name.keys().cloned().collect();
        let found = self.origins.by_name.get(database);
        Ok(found.ok_or_else(|| Fault::NoDatabase { name: database.to_owned(), there: there() })?)
    }

    /// Ends every connection.
    pub(super) async fn close(&self) {
        for origin in self.origins.by_name.values() {
            origin.close().await;
        }
    }
}
