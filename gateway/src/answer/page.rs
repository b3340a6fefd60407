use proto::json::{Delivery, Job};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Collection, Document};

macro_rules! page {
    ($(#[$doc:meta])* $page:ident, $(#[$items_doc:meta])* $items:ident: $item:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, ToSchema)]
        pub(crate) struct $page {
            $(#[$items_doc])*
            pub(crate) $items: Vec<$item>,
            /// What to send as `cursor` for the next page; null after the last.
            #[schema(required = true)]
            pub(crate) next_cursor: Option<String>,
            /// Whether there is a next page.
            pub(crate) has_more: bool,
        }

        impl $page {
            /// A page, and the token of the next one, empty after the last.
            pub(crate) fn new($items: Vec<$item>, next: String) -> Self {
                let next_cursor = Some(next).filter(|next| !next.is_empty());
                Self { $items, has_more: next_cursor.is_some(), next_cursor }
            }
        }
    };
}

page!(
    /// A page of jobs.
    JobPage,
    /// The jobs, the latest first, without their results.
    jobs: Job
);
page!(
    /// A page of deliveries.
    DeliveryPage,
    /// The deliveries, the latest first.
    deliveries: Delivery
);
page!(
    /// A page of collections.
    CollectionPage,
    /// The collections, in the order of their names.
    collections: Collection
);
page!(
    /// A page of a collection's documents.
    DocumentPage,
    /// The documents, in the order of their ids, without their texts.
    documents: Document
);
