use proto::retrieval as pb;

use crate::answer::{Attachment, Collection, CollectionPage, Detached, EmbeddingSpace, Emptied};
use crate::error::Error;
use crate::grpc::call::absent;
use crate::grpc::time::said;
use crate::grpc::{Peers, RETRIEVAL, settings};
use crate::params::PageQuery;
use crate::request::{CollectionChange, NewCollection, TableColumns, TableSource};

impl Peers {
    /// A page of collections.
    pub(crate) async fn collections(&self, query: PageQuery) -> Result<CollectionPage, Error> {
        let mut client = self.collections.clone();
        let request = pb::ListCollectionsRequest {
            page_size: query.limit.unwrap_or_default(),
            page_token: query.cursor.unwrap_or_default(),
        };
        let answer = self.call(RETRIEVAL, client.list_collections(request)).await?;
        let collections = answer.collections.into_iter().map(collection).collect();
        Ok(CollectionPage::new(collections, answer.next_page_token))
    }

    /// Makes an empty collection.
    pub(crate) async fn create_collection(&self, new: NewCollection) -> Result<Collection, Error> {
        let mut client = self.collections.clone();
        let request = pb::CreateCollectionRequest {
            collection: new.collection.unwrap_or_default(),
            description: new.description.unwrap_or_default(),
            settings: new.settings.map(settings::said),
        };
        let answer = self.call(RETRIEVAL, client.create_collection(request)).await?;
        answer.collection.map(collection).ok_or_else(|| absent(RETRIEVAL))
    }

    /// Changes a collection's description and settings.
    pub(crate) async fn update_collection(
        &self,
        name: String,
        change: CollectionChange,
    ) -> Result<Collection, Error> {
        let mut client = self.collections.clone();
        let request = pb::UpdateCollectionRequest {
            collection: name,
            description: change.description,
            settings: change.settings.map(settings::said),
            reset_settings: change.reset_settings,
        };
        let answer = self.call(RETRIEVAL, client.update_collection(request)).await?;
        answer.collection.map(collection).ok_or_else(|| absent(RETRIEVAL))
    }

    /// One collection with its statistics.
    pub(crate) async fn collection(&self, name: String) -> Result<Collection, Error> {
        let mut client = self.collections.clone();
        let request = pb::GetCollectionRequest { collection: name };
        let answer = self.call(RETRIEVAL, client.get_collection(request)).await?;
        answer.collection.map(collection).ok_or_else(|| absent(RETRIEVAL))
    }

    /// Deletes a collection with everything in it.
    pub(crate) async fn delete_collection(&self, name: String) -> Result<Emptied, Error> {
        let mut client = self.collections.clone();
        let request = pb::DeleteCollectionRequest { collection: name };
        let answer = self.call(RETRIEVAL, client.delete_collection(request)).await?;
        Ok(Emptied { deleted_documents: answer.deleted_documents })
    }

    /// Lets a name stand for a table.
    pub(crate) async fn attach_collection(
        &self,
        name: String,
        source: TableSource,
    ) -> Result<Collection, Error> {
        let mut client = self.collections.clone();
        let source = Some(table(source));
        let request = pb::AttachCollectionRequest { collection: name, source };
        let answer = self.call(RETRIEVAL, client.attach_collection(request)).await?;
        answer.collection.map(collection).ok_or_else(|| absent(RETRIEVAL))
    }

    /// Forgets a name's table.
    pub(crate) async fn detach_collection(&self, name: String) -> Result<Detached, Error> {
        let mut client = self.collections.clone();
        let request = pb::DetachCollectionRequest { collection: name.clone() };
        self.call(RETRIEVAL, client.detach_collection(request)).await?;
        Ok(Detached { detached: name })
    }
}

fn table(source: TableSource) -> pb::TableSource {
    let TableColumns { id, text, metadata, vector } = source.columns.unwrap_or_default();
    pb::TableSource {
        database: source.database.unwrap_or_default(),
        schema: source.schema.unwrap_or_default(),
        table: source.table.unwrap_or_default(),
        layout: source.layout.unwrap_or_default(),
        columns: Some(pb::TableColumns {
            id: id.unwrap_or_default(),
            text: text.unwrap_or_default(),
            metadata: metadata.unwrap_or_default(),
            vector: vector.unwrap_or_default(),
        }),
        collection_name: source.collection_name.unwrap_or_default(),
        operator: source.operator.unwrap_or_default(),
    }
}

fn collection(collection: pb::Collection) -> Collection {
    let space = |space: pb::EmbeddingSpace| EmbeddingSpace {
        model: space.model,
        dimension: space.dimension,
        version: space.version,
    };
    let attachment = |attachment: pb::Attachment| Attachment {
        table: attachment.table,
        index: attachment.index,
        operator: attachment.operator,
        is_estimated: attachment.is_estimated,
        problem: attachment.problem,
    };
    Collection {
        created_at: said(collection.created_at.as_ref()),
        updated_at: said(collection.updated_at.as_ref()),
        embedding_space: collection.embedding_space.map(space),
        collection: collection.collection,
        description: collection.description,
        documents: collection.documents,
        chunks: collection.chunks,
        text_bytes: collection.text_bytes,
        settings: collection.settings.map(settings::told),
        attachment: collection.attachment.map(attachment),
    }
}
