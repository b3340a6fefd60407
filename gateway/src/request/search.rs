mod batch;
mod shape;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

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
    /// Which documents may answer: members of their metadata with the text, number, boolean or null that each must equal.
    #[schema(value_type = Option<Object>)]
    pub(crate) filter: Option<BTreeMap<String, Scalar>>,
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

/// What a member of a document's metadata must equal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar {
    /// Null.
    Null,
    /// True or false.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
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

fn filter(fields: &mut Fields<'_>) -> Option<BTreeMap<String, Scalar>> {
    let mut members = fields.object("filter")?;
    let mut filter = BTreeMap::new();
    for (name, value) in members.take_all() {
        match scalar(value) {
            Ok(scalar) => {
                filter.insert(name, scalar);
            }
            Err(message) => members.refuse(INVALID_FILTER, &name, message),
        }
    }
    fields.absorb(members);
    Some(filter)
}

fn scalar(text: &str) -> Result<Scalar, &'static str> {
    match serde_json::from_str(text) {
        Ok(Value::Null) => Ok(Scalar::Null),
        Ok(Value::Bool(flag)) => Ok(Scalar::Flag(flag)),
        Ok(Value::String(text)) => Ok(Scalar::Text(text)),
        Ok(Value::Number(number)) => {
            exact(&number).map(Scalar::Number).ok_or("is too large a number to be compared exactly")
        }
        Ok(Value::Array(_) | Value::Object(_)) | Err(_) => {
            Err("must be a text, a number, true, false or null")
        }
    }
}

/// The number as the wire carries it, where that is the same number.
fn exact(number: &serde_json::Number) -> Option<f64> {
    const LARGEST: u64 = 1 << 53;
    let is_exact = match (number.as_i64(), number.as_u64()) {
        (Some(whole), _) => whole.unsigned_abs() <= LARGEST,
        (None, Some(_)) => false,
        (None, None) => true,
    };
    number.as_f64().filter(|_| is_exact)
}
