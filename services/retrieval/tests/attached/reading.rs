//! The table is read and never written, it is one tenant's, and it stands among the other collections.

use chassis::auth::Tenant;
use chassis::failure::{Failure, Kind};
use retrieval::collection::Settings;
use retrieval::document::NewDocument;
use retrieval::page::PageRequest;
use retrieval::search::Search;

use crate::postgres;
use crate::world::{HNSW, LLAMAINDEX, PORTFOLIO, World, find, search, tenant};

#[tokio::test]
async fn nothing_can_be_put_in_or_taken_out() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[]).await.unwrap();
            let document = NewDocument {
                collection: PORTFOLIO.to_owned(),
                document_id: "node-00".to_owned(),
                text: "New.".to_owned(),
                ..NewDocument::default()
            };
            let errors = [
                retriever.put(&tenant(), document).await.unwrap_err(),
                retriever.delete(&tenant(), PORTFOLIO, &["node-00".to_owned()]).await.unwrap_err(),
                retriever.delete_collection(&tenant(), PORTFOLIO).await.unwrap_err(),
            ];
            for error in errors {
                assert_eq!(
                    (error.reason(), error.kind()),
                    ("COLLECTION_READ_ONLY", Kind::Conflict)
                );
            }
            let error = retriever
                .create_collection(&tenant(), PORTFOLIO, "", &Settings::default())
                .await
                .unwrap_err();
            assert_eq!(error.reason(), "COLLECTION_EXISTS");
            retriever.close().await;
        })
        .await;
}

/// A role that may select from the table and do nothing else.
#[tokio::test]
async fn a_user_who_may_only_select_is_enough_and_one_who_may_not_is_told() {
    let world = World::of(HNSW, 8).await;
    world
        .run(async |world: &World| {
            let (server, name) = world.url.rsplit_once('/').unwrap();
            let user = format!("reader_of_{name}");
            postgres::run(&format!(
                "create role {user} login; alter role {user} set default_transaction_read_only = on"
            ))
            .await;
            let url = format!("{}/{name}", server.replace("postgres@", &format!("{user}@")));
            let theirs = [("retrieval.supabase.url", url.as_str())];
            let denied = world.open(&theirs).await.err().map(|error| error.reason());
            world
                .sql(&format!(
                    "grant usage on schema vecs to {user}; grant select on vecs.portfolio to {user}"
                ))
                .await;
            let retriever = world.open(&theirs).await;
            let found = match &retriever {
                Ok(retriever) => find(retriever, search("hospital network")).await.passages.len(),
                Err(_) => 0,
            };
            if let Ok(retriever) = retriever {
                retriever.close().await;
            }
            world.sql(&format!("drop owned by {user}; drop role {user}")).await;
            assert_eq!((denied, found), (Some("ATTACHED_DENIED"), 10));
        })
        .await;
}

#[tokio::test]
async fn another_tenant_does_not_see_it() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[]).await.unwrap();
            let other = Tenant::new("other").unwrap();
            let error = retriever.search(&other, search("hospital")).await.unwrap_err();
            assert_eq!(error.reason(), "COLLECTION_NOT_FOUND");
            assert!(retriever.document(&other, PORTFOLIO, "node-00").await.is_err());
            assert_eq!(
                retriever.collections(&other, &PageRequest::default()).await.unwrap().rows,
                []
            );
            let own = NewDocument {
                collection: PORTFOLIO.to_owned(),
                document_id: "own".to_owned(),
                text: "A hospital of their own.".to_owned(),
                ..NewDocument::default()
            };
            retriever.put(&other, own).await.unwrap();
            let found = retriever.search(&other, search("hospital")).await.unwrap();
            assert_eq!((found.passages.len(), found.dense.as_str()), (1, "hashed/16"));
            assert_eq!(find(&retriever, search("hospital")).await.collection_documents, 40);
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn it_stands_in_the_lists_page_by_page() {
    let world = World::of(HNSW, 8).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[]).await.unwrap();
            for name in ["alpha", "omega", "zeta"] {
                retriever
                    .create_collection(&tenant(), name, "", &Settings::default())
                    .await
                    .unwrap();
            }
            for size in [1, 2, 3, 4, 9] {
                let (mut names, mut page) =
                    (Vec::new(), PageRequest { size, token: String::new() });
                loop {
                    let listed = retriever.collections(&tenant(), &page).await.unwrap();
                    names.extend(listed.rows.into_iter().map(|row| row.collection));
                    page.token = listed.next_token;
                    if page.token.is_empty() {
                        break;
                    }
                }
                assert_eq!(names, ["alpha", "omega", "portfolio", "zeta"], "{size}");
            }
            let shown = retriever.collection(&tenant(), PORTFOLIO).await.unwrap();
            let attachment = shown.attached.unwrap();
            assert_eq!((shown.documents, shown.chunks, shown.created_at), (40, 40, None));
            assert_eq!(
                (attachment.table.as_str(), attachment.operator.as_str()),
                ("vecs.portfolio", "<=>")
            );
            assert!(
                attachment.index.starts_with("ix_vector_cosine_ops_hnsw")
                    && !attachment.is_estimated
            );
            assert_eq!(shown.space.unwrap().to_string(), "hashed/8");
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn rows_are_read_as_documents() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            let retriever = world.open(&[]).await.unwrap();
            let (mut ids, mut page) = (Vec::new(), PageRequest { size: 7, token: String::new() });
            loop {
                let listed = retriever.documents(&tenant(), PORTFOLIO, &page).await.unwrap();
                assert!(listed.rows.iter().all(|row| row.text.is_empty() && row.chunks == 1));
                ids.extend(listed.rows.into_iter().map(|row| row.document_id));
                page.token = listed.next_token;
                if page.token.is_empty() {
                    break;
                }
            }
            assert_eq!(ids, (0..40).map(|n| format!("node-{n:02}")).collect::<Vec<_>>());
            let row = retriever.document(&tenant(), PORTFOLIO, "node-07").await.unwrap();
            assert!(row.text.starts_with("For a bakery in Basel") && row.content_hash.len() == 64);
            assert_eq!(row.metadata, r#"{"city":"Basel","doc_id":"doc-3","document_id":"doc-3","ref_doc_id":"doc-3","years":2}"#);
            let error = retriever.document(&tenant(), PORTFOLIO, "none").await.unwrap_err();
            assert_eq!(error.reason(), "DOCUMENT_NOT_FOUND");
            retriever.close().await;
        })
        .await;
}

#[tokio::test]
async fn a_huge_row_does_not_spoil_the_answer() {
    let world = World::of(LLAMAINDEX, 16).await;
    world
        .run(async |world: &World| {
            world
                .sql(
                    "update vecs.portfolio set metadata = jsonb_build_object('text', repeat('brewery ', 300000)) where id = 'node-04';
                     update vecs.portfolio set metadata = jsonb_build_object('text', repeat('brewery ', 20000)) where id = 'node-12'",
                )
                .await;
            let retriever = world.open(&[]).await.unwrap();
            let found = find(&retriever, Search { limit: 40, ..search("brewery") }).await;
            let text = |id: &str| found.passages.iter().find(|one| one.document_id == id).unwrap().text.len();
            assert_eq!((found.passages.len(), text("node-04"), text("node-12")), (40, 0, 64 * 1024));
            retriever.close().await;
        })
        .await;
}
