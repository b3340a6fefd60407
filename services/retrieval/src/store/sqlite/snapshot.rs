use std::sync::Arc;

use async_trait::async_trait;
use chassis::auth::Tenant;
use sqlx::{Sqlite, Transaction};

use crate::Error;
use crate::embed::{Space, Vector};
use crate::filter::Filter;
use crate::fuse::Key;
use crate::store::bm25::Statistics;
use crate::store::row::{PassageRow, count};
use crate::store::sqlite::cache::Cache;
use crate::store::sqlite::dense::Nearest;
use crate::store::sqlite::words::{Lookup, Words};
use crate::store::sqlite::{filter, space};
use crate::store::{Query, Ranked, Snapshot, StoredPassage};
use crate::words::{Tongue, sought};

/// A read transaction: it sees the state of its first statement.
pub(super) struct Reading {
    link: Transaction<'static, Sqlite>,
    tenant: Tenant,
    collection: String,
    documents: u64,
    words: Words,
    cache: Arc<Cache>,
    statistics: Statistics,
    tongues: Vec<Tongue>,
}

impl Reading {
    /// Begins to read the collection, if there is one.
    pub(super) async fn begin(
        mut link: Transaction<'static, Sqlite>,
        tenant: &Tenant,
        collection: &str,
        cache: &Arc<Cache>,
    ) -> Result<Option<Self>, Error> {
        let row: Option<(i64, i64, i64, i64, String)> = sqlx::query_as(
            "select number, documents, chunks, words, tongues from collection
             where tenant = ? and collection = ?",
        )
        .bind(tenant.as_str())
        .bind(collection)
        .fetch_optional(&mut *link)
        .await?;
        Ok(row.map(|(number, documents, chunks, words, tongues)| Self {
            link,
            tenant: tenant.clone(),
            collection: collection.to_owned(),
            documents: count(documents),
            words: Words(number),
            cache: Arc::clone(cache),
            statistics: Statistics { chunks: chunks as f64, words: words as f64 },
            tongues: Tongue::of_codes(&tongues),
        }))
    }
}

#[async_trait]
impl Snapshot for Reading {
    fn documents(&self) -> u64 {
        self.documents
    }

    async fn keyword(
        &mut self,
        queries: &[Query<'_>],
        filter: &Filter,
        limit: u32,
    ) -> Result<Vec<Ranked>, Error> {
        let (tenant, collection) = (self.tenant.as_str(), self.collection.as_str());
        let mut found = Vec::with_capacity(queries.len());
        for query in queries {
            let terms = sought(query.words, &self.tongues);
            let counts = self.words.counts(&mut self.link, &terms).await?;
            let formula = &self.statistics.formula(terms, &counts);
            let lookup = Lookup { tenant, collection, formula, filter, limit };
            found.push(self.words.search(&mut self.link, &lookup).await?.into());
        }
        Ok(found)
    }

    async fn dense(
        &mut self,
        space: &Space,
        vectors: &[Vector],
        filter: &Filter,
        limit: u32,
    ) -> Result<Vec<Ranked>, Error> {
        let state = space::state(&mut self.link, &self.tenant, &self.collection, space).await?;
        let nearest = Nearest {
            tenant: self.tenant.as_str(),
            collection: &self.collection,
            state: state.ok_or_else(|| Error::SpaceChanged(self.collection.clone()))?,
            filter,
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
        };
        nearest.search(&mut self.link, &self.cache, vectors).await
    }

    async fn passing(&mut self, filter: &Filter) -> Result<Option<u64>, Error> {
        let place = (self.tenant.as_str(), self.collection.as_str());
        let passing = filter::passing(&mut self.link, place, self.documents, filter).await?;
        Ok(Some(passing))
    }

    async fn unknown(&mut self, fields: &[&str]) -> Result<Vec<String>, Error> {
        let place = (self.tenant.as_str(), self.collection.as_str());
        Ok(filter::unknown(&mut self.link, place, fields).await?)
    }

    async fn passages(&mut self, keys: &[Key]) -> Result<Vec<StoredPassage>, Error> {
        let keys = keys.iter().map(|key| serde_json::json!([key.document_id, key.ordinal]));
        let rows: Vec<PassageRow> = sqlx::query_as(
            "select chunk.document_id, chunk.ordinal, chunk.start_byte, chunk.end_byte, chunk.text,
               document.title, document.metadata
             from json_each(?3) as wanted
             join chunk on chunk.tenant = ?1 and chunk.collection = ?2
               and chunk.document_id = wanted.value ->> 0 and chunk.ordinal = wanted.value ->> 1
             join document on document.tenant = chunk.tenant
               and document.collection = chunk.collection and document.document_id = chunk.document_id",
        )
        .bind(self.tenant.as_str())
        .bind(&self.collection)
        .bind(serde_json::Value::from_iter(keys).to_string())
        .fetch_all(&mut *self.link)
        .await?;
        Ok(rows.into_iter().map(StoredPassage::from).collect())
    }
}
