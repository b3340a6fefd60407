use utoipa::ToSchema;

use crate::json::{Fields, INVALID_REQUEST};
use crate::request::{RequestBody, Search};

/// Searches to answer at once.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct Searches {
    /// The searches, each as `POST /v1/search` takes it.
    #[schema(max_items = 32)]
    pub(crate) searches: Vec<Search>,
}

impl RequestBody for Searches {
    const KNOWN: &'static str = "searches";

    fn read(fields: &mut Fields<'_>) -> Self {
        if !fields.has("searches") {
            fields.refuse(INVALID_REQUEST, "searches", "is missing");
        }
        let items = fields.objects("searches").unwrap_or_default();
        let mut searches = Vec::with_capacity(items.len());
        for mut members in items {
            searches.push(Search::read(&mut members));
            members.refuse_unknown(Search::KNOWN);
            fields.absorb(members);
        }
        Self { searches }
    }
}
