//! Looks at collections, and keeps them.

use std::io::{self, BufRead, IsTerminal};

use proto::retrieval::{
    ChunkBy, Chunking, Collection, CollectionSettings, CreateCollectionRequest,
    DeleteCollectionRequest, GetCollectionRequest, ListCollectionsRequest, UpdateCollectionRequest,
};
use serde_json::{Value, json};

use crate::cli::{By, Collections, Said};
use crate::client::Server;
use crate::exit::Exit;
use crate::print::{self, Style, styled};

/// Does what was asked, and shows the collections.
pub(crate) async fn run(server: &Server, asked: Collections, as_json: bool) -> Result<(), Exit> {
    let mut client = server.collections();
    let shown = match asked {
        Collections::List => return list(server, as_json).await,
        Collections::Delete { collection, yes } => {
            return delete(server, collection, yes, as_json).await;
        }
        Collections::Show { collection } => {
            client
                .get_collection(GetCollectionRequest { collection })
                .await?
                .into_inner()
                .collection
        }
        Collections::Create { collection, said } => {
            let settings = settings(&said);
            let description = said.description.unwrap_or_default();
            let request = CreateCollectionRequest { collection, description, settings };
            client.create_collection(request).await?.into_inner().collection
        }
        Collections::Update { collection, said, reset } => {
            let settings = settings(&said);
            let description = said.description;
            let request = UpdateCollectionRequest {
                collection,
                description,
                settings,
                reset_settings: reset,
            };
            client.update_collection(request).await?.into_inner().collection
        }
    };
    shown.iter().for_each(|collection| show(collection, as_json));
    Ok(())
}

async fn list(server: &Server, as_json: bool) -> Result<(), Exit> {
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListCollectionsRequest { page_token, ..ListCollectionsRequest::default() };
        let page = server.collections().list_collections(request).await?.into_inner();
        all.extend(page.collections);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    if as_json {
        print::json(&all.iter().map(described).collect::<Vec<_>>());
        return Ok(());
    }
    let width = all.iter().map(|one| one.collection.len()).max().unwrap_or_default();
    for one in &all {
        let name = styled(Style::Strong, format_args!("{:width$}", one.collection));
        let Collection { documents, chunks, description, .. } = one;
        print::line(format_args!(
            "{name}  {documents:>9} documents  {chunks:>9} chunks  {description}"
        ));
    }
    Ok(())
}

async fn delete(server: &Server, collection: String, yes: bool, as_json: bool) -> Result<(), Exit> {
    if !yes && !confirmed(&collection)? {
        return Err(Exit::Failed("nothing was deleted".to_owned()));
    }
    let request = DeleteCollectionRequest { collection: collection.clone() };
    let deleted = server.collections().delete_collection(request).await?.into_inner();
    let documents = deleted.deleted_documents;
    match as_json {
        true => print::json(&json!({ "collection": collection, "deleted_documents": documents })),
        false => print::line(format_args!("{collection}: deleted, with {documents} documents")),
    }
    Ok(())
}

/// Asks on a terminal; elsewhere nobody could answer.
fn confirmed(collection: &str) -> Result<bool, Exit> {
    if !io::stdin().is_terminal() {
        return Err(Exit::Failed("deleting a collection needs --yes".to_owned()));
    }
    print::note(format_args!("type {collection} to delete it with everything in it:"));
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(Exit::failed)?;
    Ok(line.trim() == collection)
}

fn settings(said: &Said) -> Option<CollectionSettings> {
    let Said { chunk_tokens: tokens, chunk_overlap: overlap, chunk_by, .. } = said;
    let by = match chunk_by {
        None => ChunkBy::Unspecified,
        Some(By::Auto) => ChunkBy::Auto,
        Some(By::Sentence) => ChunkBy::Sentence,
        Some(By::Markdown) => ChunkBy::Markdown,
    };
    let chunking = Chunking { tokens: *tokens, overlap: *overlap, by: by.into() };
    let is_said = chunking != Chunking::default();
    is_said.then_some(CollectionSettings { chunking: Some(chunking) })
}

fn show(collection: &Collection, as_json: bool) {
    let described = described(collection);
    if as_json {
        return print::json(&described);
    }
    for (name, value) in described.as_object().into_iter().flatten() {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => value.to_string(),
        };
        print::line(format_args!("{}  {text}", styled(Style::Faint, format_args!("{name:15}"))));
    }
}

fn described(collection: &Collection) -> Value {
    let Collection { documents, chunks, text_bytes, .. } = collection;
    let mut shown = json!({
        "collection": collection.collection, "description": collection.description,
        "documents": documents, "chunks": chunks, "text_bytes": text_bytes,
    });
    if let Some(space) = &collection.embedding_space {
        shown["embedding_space"] = json!({
            "model": space.model, "dimension": space.dimension, "version": space.version,
        });
    }
    if let Some(chunking) = collection.settings.as_ref().and_then(|settings| settings.chunking) {
        shown["settings"] = json!({ "chunking": cut(&chunking) });
    }
    if let Some(attachment) = &collection.attachment {
        shown["attachment"] = json!({ "table": attachment.table, "problem": attachment.problem });
    }
    shown
}

fn cut(chunking: &Chunking) -> Value {
    let by = match chunking.by() {
        ChunkBy::Unspecified => None,
        ChunkBy::Auto => Some("auto"),
        ChunkBy::Sentence => Some("sentence"),
        ChunkBy::Markdown => Some("markdown"),
    };
    json!({ "tokens": chunking.tokens, "overlap": chunking.overlap, "by": by })
}
