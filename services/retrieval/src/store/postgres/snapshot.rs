use std::sync::Arc;

use async_trait::async_trait;
use chassis::auth::Tenant;

use crate::Error;
use crate::embed::{Space, Vector};
use crate::filter::Filter;
use crate::fuse::Key;
use crate::store::bm25::Statistics;
use crate::store::postgres::dense::{self, Ask};
use crate::store::postgres::filter;
use crate::store::postgres::ranking::{Place, counts, rank};
use crate::store::postgres::session::Session;
use crate::store::postgres::table::Table;
use crate::store::row::{PassageRow, count};
use crate::store::{Query, Ranked, Snapshot, StoredPassage};
use crate::words::{Tongue, sought};

/// A read transaction: it sees the state of its first statement.
pub(super) struct Reading {
    link: Session,
    /// The table of vectors, where there is one.
    table: Option<Arc<Table>>,
    tenant: Tenant,
    collection: String,
    documents: u64,
    statistics: Statistics,
    tongues: Vec<Tongue>,
}

impl Reading {
    /// Begins to read the collection, if there is one.
    pub(super) async fn begin(
        mut link: Session,
        table: Option<Arc<Table>>,
        tenant: &Tenant,
        collection: &str,
    ) -> Result<Option<Self>, Error> {
        let row: Option<(i64, i64, i64, String)> = link
            .rows(
                "select documents, chunks, words, tongues from retrieval.collection
                 where tenant = $1 and collection = $2",
            )
            .bind(tenant.as_str())
            .bind(collection)
            .fetch_optional(link.link())
            .await?;
        Ok(row.map(|(documents, chunks, words, tongues)| Self {
            link,
            table,
            tenant: tenant.clone(),
            collection: collection.to_owned(),
            documents: count(documents),
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
        let place = Place { tenant: &self.tenant, collection: &self.collection };
        let mut found = Vec::with_capacity(queries.len());
        for query in queries {
            let terms = sought(query.words, &self.tongues);
            let chunks = counts(&mut self.link, place, &terms).await?;
            let formula = self.statistics.formula(terms, &chunks);
            let hits = rank(&mut self.link, place, formula, filter, limit).await?;
            found.push(hits.into());
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
        let Some(table) = &self.table else { return Ok(Vec::new()) };
        let place = Place { tenant: &self.tenant, collection: &self.collection };
        let ask = Ask { place, table, space, vectors, filter, limit };
        dense::rank(&mut self.link, &ask).await
    }

    async fn passing(&mut self, filter: &Filter) -> Result<Option<u64>, Error> {
        let place = Place { tenant: &self.tenant, collection: &self.collection };
        filter::passing(&mut self.link, place, self.documents, filter).await.map(Some)
    }

    async fn unknown(&mut self, fields: &[&str]) -> Result<Vec<String>, Error> {
        let place = Place { tenant: &self.tenant, collection: &self.collection };
        filter::unknown(&mut self.link, place, fields).await
    }

    async fn passages(&mut self, keys: &[Key]) -> Result<Vec<StoredPassage>, Error> {
        let rows: Vec<PassageRow> = self
            .link
            .rows(
                "select chunk.document_id, chunk.ordinal, chunk.start_byte, chunk.end_byte, chunk.text,
                   document.title, document.metadata
                 from unnest($3::text[], $4::bigint[]) as wanted (document_id, ordinal)
                 join retrieval.chunk on chunk.tenant = $1 and chunk.collection = $2
                   and chunk.document_id = wanted.document_id and chunk.ordinal = wanted.ordinal
                 join retrieval.document on document.tenant = chunk.tenant
                   and document.collection = chunk.collection
                   and document.document_id = chunk.document_id",
            )
            .bind(self.tenant.as_str())
            .bind(&self.collection)
            .bind(keys.iter().map(|key| key.document_id.as_str()).collect::<Vec<_>>())
            .bind(keys.iter().map(|key| i64::from(key.ordinal)).collect::<Vec<_>>())
            .fetch_all(self.link.link())
            .await?;
        Ok(rows.into_iter().map(StoredPassage::from).collect())
    }
}
