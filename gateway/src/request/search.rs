mod batch;
mod shape;

use proto::json::Filter;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Error;
use crate::json::{Fields, INVALID_REQUEST};
use crate::request::RequestBody;
pub(crate) use crate::request::search::batch::Searches;
pub(crate) use crate::request::search::shape::{Fusion, Leg};

const INVALID_FILTER: &str = "INVALID_FILTER";
const INVALID_LIMIT: &str = "INVALID_LIMIT";

/// What to look for.
#[derive(Clone, Debug, ToSchema)]
pub(crate) struct Search {
    /// The collection to search.
    #[schema(required = true)]
    pub(crate) collection: Option<String>,
    /// Further collections, at most 7; what they hold is ranked together.
    pub(crate) more_collections: Vec<String>,
    /// The text to search for; blank only where `more_queries` or `vector` says what to look for.
    pub(crate) query: Option<String>,
    /// Further queries, at most 16; the rankings of all are fused.
    pub(crate) more_queries: Vec<String>,
    /// A vector to search for, of the collection's embedding space.
    pub(crate) vector: Vec<f32>,
    /// The largest number of passages to answer with.
    #[schema(minimum = 1, maximum = 200, default = 10)]
    pub(crate) limit: Option<i32>,
    /// Which documents may answer.
    ///
    /// A member of this object is a member of their metadata, or a path to one such as `customer.city`, with
    /// the text, number, boolean or null that it must equal or with an object of operators: `$eq`, `$ne`, `$in`,
    /// `$nin`, `$gt`, `$gte`, `$lt` and `$lte` (of numbers or of dates), `$exists`, `$prefix`, `$contains_any` and
    /// `$contains_all` (of lists), `$matches` (of words) and `$not`. `$and` and `$or` hold lists of such objects, and
    /// `$not` one. At most 256 conditions, 32 of them side by side, 8 levels deep.
    #[schema(value_type = Option<Object>, example = json!({ "year": { "$gte": 2020 }, "$or": [{ "kind": "book" }, { "tags": { "$contains_any": ["rust"] } }] }))]
    pub(crate) filter: Option<Filter>,
    /// Which legs search; `hybrid` where it is absent.
    #[schema(inline)]
    pub(crate) mode: Option<Mode>,
    /// The least score that a passage must have.
    #[schema(minimum = 0, maximum = 1, default = 0)]
    pub(crate) min_score: Option<f64>,
    /// Whether each passage tells its rank and score in every stage.
    #[schema(default = false)]
    pub(crate) explain: Option<bool>,
    /// What the keyword leg counts for.
    #[schema(inline)]
    pub(crate) keyword: Option<Leg>,
    /// What the dense leg counts for.
    #[schema(inline)]
    pub(crate) dense: Option<Leg>,
    /// How several rankings become one; by reciprocal rank where it is absent.
    #[schema(inline)]
    pub(crate) fusion: Option<Fusion>,
    /// The most chunks of one document among the passages; 0 is any number.
    #[schema(minimum = 0, maximum = 200, default = 0)]
    pub(crate) chunks_per_document: Option<i32>,
    /// How many chunks before and after each passage come with it.
    #[schema(minimum = 0, maximum = 5, default = 0)]
    pub(crate) neighbours: Option<i32>,
}

/// How to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    /// Every leg that there is, fused.
    Hybrid,
    /// By words alone.
    Keyword,
    /// By vectors alone.
    Dense,
}

impl RequestBody for Search {
    const KNOWN: &'static str = "collection, more_collections, query, more_queries, vector, limit, filter, mode, min_score, explain, keyword, dense, fusion, chunks_per_document, neighbours";

    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            collection: fields.text("collection"),
            more_collections: shape::texts(fields, "more_collections"),
            more_queries: shape::texts(fields, "more_queries"),
            vector: shape::vector(fields),
            query: fields.text("query"),
            limit: fields.integer("limit", 1..=200, INVALID_LIMIT),
            filter: filter(fields),
            mode: mode(fields),
            min_score: fields.number("min_score", 0.0..=1.0, INVALID_REQUEST),
            explain: fields.flag("explain"),
            keyword: shape::leg(fields, "keyword"),
            dense: shape::leg(fields, "dense"),
            fusion: shape::fusion(fields),
            chunks_per_document: fields.integer("chunks_per_document", 0..=200, INVALID_LIMIT),
            neighbours: fields.integer("neighbours", 0..=5, INVALID_LIMIT),
        }
    }
}

fn mode(fields: &mut Fields<'_>) -> Option<Mode> {
    match fields.text("mode")?.as_str() {
        "hybrid" => Some(Mode::Hybrid),
        "keyword" => Some(Mode::Keyword),
        "dense" => Some(Mode::Dense),
        _ => {
            fields.refuse(INVALID_REQUEST, "mode", "must be one of hybrid, keyword, dense");
            None
        }
    }
}

/// Which documents are meant.
pub(super) fn filter(fields: &mut Fields<'_>) -> Option<Filter> {
    let raw = fields.raw("filter")?;
    let Ok(object) = serde_json::from_str(raw) else {
        fields.refuse(INVALID_REQUEST, "filter", "must be an object");
        return None;
    };
    let read = Filter::read(&object);
    read.map_err(|fault| fields.refuse(INVALID_FILTER, &fault.path, fault.rule)).ok()
}

/// A filter that is too deep to be read is refused as the filter that it is.
pub(super) fn deep(error: Error) -> Error {
    if let Error::TooDeep { path, .. } = &error
        && path.split('.').take(2).any(|step| step == "filter")
    {
        return Error::refused(INVALID_FILTER, path, "must be at most 8 levels deep");
    }
    error
}
