mod queries;

use crate::error::Shape;
use crate::filter::Filter;
use crate::fuse::Method;
use crate::search::{Fusion, Leg, LegOptions, Mode, Search};
use crate::{Error, check};

pub(super) use crate::retriever::searching::plan::queries::Query;

/// The most collections beside the first.
const MOST_COLLECTIONS: usize = 7;
/// The most passages of an answer.
const MOST_PASSAGES: i32 = 200;
/// The passages of an answer where nothing was said.
const USUAL_PASSAGES: usize = 10;
/// The most hits of one ranking that are read.
const MOST_HITS: i32 = 1000;
/// The most chunks on either side of a passage.
const MOST_NEIGHBOURS: i32 = 5;
/// How deep rankings are read where several are fused, at the least.
const FUSED_DEPTH: usize = 100;
/// How many chunks a document is thought to have among the best, where few of each are wanted.
const CROWD: usize = 10;

/// A search that was checked.
pub(super) struct Plan {
    pub(super) collections: Vec<String>,
    pub(super) queries: Vec<Query>,
    /// What must hold of a document; `None` is what can hold of none.
    pub(super) filter: Option<Filter>,
    pub(super) mode: Mode,
    pub(super) limit: usize,
    pub(super) min_score: f64,
    pub(super) method: Method,
    /// The most chunks of one document.
    pub(super) per_document: usize,
    pub(super) neighbours: u32,
    pub(super) explain: bool,
    pub(super) warnings: Vec<String>,
    keyword: Share,
    dense: Share,
}

/// What a leg counts for, and how deep it is read; 0 is as deep as is needed.
#[derive(Clone, Copy)]
struct Share {
    weight: f64,
    depth: usize,
}

impl Plan {
    /// Checks a search, field by field.
    pub(super) fn of(search: Search) -> Result<Self, Error> {
        let mut warnings = Vec::new();
        let collections = collections(&search)?;
        let queries = queries::read(&search, &mut warnings)?;
        if !(0.0..=1.0).contains(&search.min_score) {
            return Err(Error::InvalidScore);
        }
        let limit = number("limit", search.limit, MOST_PASSAGES)?;
        let per_document =
            number("chunks_per_document", search.chunks_per_document, MOST_PASSAGES)?;
        let neighbours = number("neighbours", search.neighbours, MOST_NEIGHBOURS)?;
        Ok(Self {
            filter: filter(search.filter)?,
            collections,
            queries,
            mode: search.mode,
            limit: if limit == 0 { USUAL_PASSAGES } else { limit },
            min_score: search.min_score,
            method: method(search.fusion)?,
            per_document: if per_document == 0 { usize::MAX } else { per_document },
            neighbours: u32::try_from(neighbours).unwrap_or(0),
            explain: search.explain,
            warnings,
            keyword: share("keyword", search.keyword)?,
            dense: share("dense", search.dense)?,
        })
    }

    /// Whether a leg takes part.
    pub(super) fn asks(&self, leg: Leg) -> bool {
        self.mode.legs().contains(&leg) && self.weight(leg) > 0.0
    }

    /// How much a leg counts.
    pub(super) fn weight(&self, leg: Leg) -> f64 {
        self.share(leg).weight
    }

    /// How many hits of each of a leg's rankings are read, where there are so many rankings: a passage
    /// may be best of all and first in none.
    pub(super) fn depth(&self, leg: Leg, rankings: usize) -> usize {
        let said = self.share(leg).depth;
        if said > 0 {
            return said;
        }
        let grouped = match self.per_document < self.limit {
            true => self.limit.saturating_mul(CROWD),
            false => self.limit,
        };
        if rankings <= 1 { grouped } else { grouped.saturating_mul(2).max(FUSED_DEPTH) }
    }

    fn share(&self, leg: Leg) -> Share {
        match leg {
            Leg::Keyword => self.keyword,
            Leg::Dense => self.dense,
        }
    }
}

/// Each collection once.
fn collections(search: &Search) -> Result<Vec<String>, Error> {
    if search.more_collections.len() > MOST_COLLECTIONS {
        return Err(Shape::TooManyCollections(MOST_COLLECTIONS).into());
    }
    let mut collections: Vec<String> = Vec::new();
    for name in [&search.collection].into_iter().chain(&search.more_collections) {
        check::collection(name)?;
        if !collections.contains(name) {
            collections.push(name.clone());
        }
    }
    Ok(collections)
}

fn share(leg: &str, options: LegOptions) -> Result<Share, Error> {
    let weight = options.weight.unwrap_or(1.0);
    if !(0.0..=100.0).contains(&weight) {
        let path = format!("{leg}.weight");
        return Err(Shape::InvalidWeight { path, rule: "must be a number from 0 to 100" }.into());
    }
    let path = if leg == "keyword" { "keyword.limit" } else { "dense.limit" };
    Ok(Share { weight, depth: number(path, options.limit, MOST_HITS)? })
}

fn method(fusion: Fusion) -> Result<Method, Error> {
    match fusion {
        Fusion::WeightedSum => Ok(Method::WeightedSum),
        Fusion::ReciprocalRank { k: 0.0 } => Ok(Method::default()),
        Fusion::ReciprocalRank { k } if (1.0..=1000.0).contains(&k) => {
            Ok(Method::ReciprocalRank { k })
        }
        Fusion::ReciprocalRank { .. } => {
            let path = "fusion.reciprocal_rank.k".to_owned();
            Err(Shape::InvalidWeight { path, rule: "must be a number from 1 to 1000, or 0" }.into())
        }
    }
}

fn number(path: &'static str, value: i32, most: i32) -> Result<usize, Error> {
    match usize::try_from(value) {
        Ok(number) if value <= most => Ok(number),
        Ok(_) | Err(_) => Err(Error::InvalidLimit { path, most }),
    }
}

/// The filter, unless it can hold of no document.
fn filter(filter: Filter) -> Result<Option<Filter>, Error> {
    filter.check()?;
    Ok(Some(filter).filter(|filter| filter.constant() != Some(false)))
}
