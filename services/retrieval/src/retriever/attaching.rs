use std::collections::BTreeMap;
use std::sync::Arc;

use chassis::auth::Tenant;
use chassis::config::Database;

use crate::attachment::{Seen, TableSource};
use crate::collection::Collection;
use crate::config::{Attachments, OWN, Place, Table};
use crate::embed::Embedders;
use crate::store::{Attached, Origin, Origins, Shelves, Store};
use crate::{Error, Fault, Retriever, check};

impl Retriever {
    /// Lets a name stand for a table of a database that the settings name; it is only ever read.
    ///
    /// # Errors
    ///
    /// A name that is none or is taken, a caller who may not, and a table that cannot be read, does
    /// not fit, or is this program's own, are refused, each with its remedy.
    pub async fn attach(
        &self,
        tenant: &Tenant,
        name: &str,
        source: TableSource,
    ) -> Result<Collection, Error> {
        check::collection(name)?;
        if let Err((member, what, remedy)) = source.mapping.check() {
            let rule = format!("{what}; {remedy}");
            return Err(Error::InvalidText { path: format!("source.{member}"), rule });
        }
        match self.store.attach(tenant, name, &source).await {
            Ok(true) => self.collection(tenant, name).await,
            Ok(false) => Err(Error::CollectionExists(name.to_owned())),
            Err(Error::Attached(fault)) => Err(Error::Unattachable(fault)),
            Err(error) => Err(error),
        }
    }

    /// Forgets that a name stands for a table, which stays as it is.
    ///
    /// # Errors
    ///
    /// A name that is none and a caller who may not are refused; one that stands for no table is not
    /// found, and one that the settings attached stays.
    pub async fn detach(&self, tenant: &Tenant, name: &str) -> Result<(), Error> {
        check::collection(name)?;
        match self.store.detach(tenant, name).await? {
            true => Ok(()),
            false => Err(Error::CollectionNotFound(name.to_owned())),
        }
    }

    /// The tables of vectors that could be attached from a database, or from all of them.
    ///
    /// # Errors
    ///
    /// A caller who may not, and a database that is none or is away.
    pub async fn tables(&self, tenant: &Tenant, database: &str) -> Result<Vec<Seen>, Error> {
        self.store.tables(tenant, database).await
    }
}

/// Puts the tables of others beside the collections of our own.
pub(super) async fn shelve(
    own: Arc<dyn Store>,
    database: &Database,
    attachments: &Attachments,
    embedders: &Embedders,
) -> Result<Arc<dyn Store>, Error> {
    let by_name = origins(database, attachments);
    match fixed(own.as_ref(), attachments, &by_name, embedders).await {
        Ok(fixed) => {
            let (attach, embedders) = (attachments.attach, embedders.clone());
            Ok(Arc::new(Shelves::new(own, fixed, Origins { by_name, attach, embedders })))
        }
        Err(error) => {
            own.close().await;
            Err(error)
        }
    }
}

/// The databases that the settings name, our own among them where it is Postgres.
fn origins(database: &Database, attachments: &Attachments) -> BTreeMap<String, Arc<Origin>> {
    let mut places = attachments.places.clone();
    if let Database::Postgres { url, .. } = database {
        let (setting, limits) = (OWN.to_owned(), attachments.limits);
        places.insert(OWN.to_owned(), Place { setting, url: url.clone(), limits });
    }
    places.into_iter().map(|(name, place)| (name, Arc::new(Origin::new(place)))).collect()
}

/// The tables that the settings attach, each looked for; one whose database is away may come later.
async fn fixed(
    own: &dyn Store,
    attachments: &Attachments,
    origins: &BTreeMap<String, Arc<Origin>>,
    embedders: &Embedders,
) -> Result<BTreeMap<String, Arc<Attached>>, Error> {
    let mut fixed = BTreeMap::new();
    for Table { collection, setting, database, mapping } in attachments.tables.clone() {
        if own.collection(&Tenant::default(), &collection).await?.is_some() {
            tracing::warn!(
                collection,
                setting,
                "the attached table hides a collection of the same name; give the table another name to see both"
            );
        }
        let Some(origin) = origins.get(&database) else {
            let there = origins.keys().cloned().collect();
            return Err(Fault::NoDatabase { name: database, there }.into());
        };
        let (name, origin) = (collection.clone(), Arc::clone(origin));
        let table = Attached::new(name, setting, origin, mapping, embedders.clone());
        table.look().await?;
        fixed.insert(collection, Arc::new(table));
    }
    Ok(fixed)
}
