use async_trait::async_trait;

use crate::Error;
use crate::embed::{Space, Vector};
use crate::filter::Filter;
use crate::fuse::Key;
use crate::store::attached::session::Session;
use crate::store::attached::{dense, keyword, rows};
use crate::store::{Query, Ranked, Snapshot, StoredPassage};

/// A read transaction on the table. A leg that fails leaves it fit for the next one.
pub(super) struct Reading {
    session: Session,
    documents: u64,
}

impl Reading {
    pub(super) async fn begin(mut session: Session) -> Result<Self, Error> {
        let (documents, _) = rows::count(&mut session).await?;
        Ok(Self { session, documents })
    }

    /// What a leg found; after a failure the transaction is as it was before the leg.
    async fn kept(&mut self, ranked: Result<Ranked, Error>) -> Result<Ranked, Error> {
        if ranked.is_err() {
            self.session.undo().await;
        }
        ranked
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
        let mut found = Vec::with_capacity(queries.len());
        for query in queries {
            self.session.mark().await?;
            let ranked = keyword::rank(&mut self.session, *query, filter, limit).await;
            found.push(self.kept(ranked).await?);
        }
        Ok(found)
    }

    async fn dense(
        &mut self,
        _: &Space,
        vectors: &[Vector],
        filter: &Filter,
        limit: u32,
    ) -> Result<Vec<Ranked>, Error> {
        let mut found = Vec::with_capacity(vectors.len());
        for vector in vectors {
            self.session.mark().await?;
            let ranked = dense::rank(&mut self.session, vector, filter, limit).await;
            found.push(self.kept(ranked).await?);
        }
        Ok(found)
    }

    async fn passing(&mut self, _: &Filter) -> Result<Option<u64>, Error> {
        Ok(None)
    }

    async fn unknown(&mut self, _: &[&str]) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    async fn passages(&mut self, keys: &[Key]) -> Result<Vec<StoredPassage>, Error> {
        rows::passages(&mut self.session, keys).await
    }
}
