use async_trait::async_trait;

use crate::Error;
use crate::fuse::Key;
use crate::metadata::Filter;
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
}

#[async_trait]
impl Snapshot for Reading {
    fn documents(&self) -> u64 {
        self.documents
    }

    async fn keyword(
        &mut self,
        query: Query<'_>,
        filter: &Filter,
        limit: u32,
    ) -> Result<Ranked, Error> {
        self.session.mark().await?;
        let found = keyword::rank(&mut self.session, query, filter, limit).await;
        if found.is_err() {
            self.session.undo().await;
        }
        found
    }

    async fn dense(
        &mut self,
        vector: &[f32],
        filter: &Filter,
        limit: u32,
    ) -> Result<Ranked, Error> {
        self.session.mark().await?;
        let found = dense::rank(&mut self.session, vector, filter, limit).await;
        if found.is_err() {
            self.session.undo().await;
        }
        found
    }

    async fn passages(&mut self, keys: &[Key]) -> Result<Vec<StoredPassage>, Error> {
        rows::passages(&mut self.session, keys).await
    }
}
