use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::json::{Fields, INVALID_REQUEST};

const INVALID_LIMIT: &str = "INVALID_LIMIT";
const INVALID_WEIGHT: &str = "INVALID_WEIGHT";
const INVALID_VECTOR: &str = "INVALID_VECTOR";
/// The most hits of one ranking that are read.
const MOST_HITS: i32 = 1000;

/// What one leg counts for.
#[derive(Clone, Copy, Debug, Default, ToSchema)]
pub(crate) struct Leg {
    /// Its weight in the fusion; 0 leaves the leg out.
    #[schema(minimum = 0, maximum = 100, default = 1)]
    pub(crate) weight: Option<f64>,
    /// How many of its hits are read; as many as the fusion needs where it is absent.
    #[schema(minimum = 0, maximum = 1000)]
    pub(crate) limit: Option<i32>,
}

/// How several rankings become one; one of the two.
#[derive(Clone, Copy, Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Fusion {
    /// By places alone: a place is worth 1 / (k + place).
    ReciprocalRank(ReciprocalRank),
    /// By scores, each as a share of the best in its ranking.
    WeightedSum(WeightedSum),
}

/// A place is worth 1 / (k + place).
#[derive(Clone, Copy, Debug, ToSchema)]
pub(crate) struct ReciprocalRank {
    /// How slowly a place loses worth.
    #[schema(minimum = 1, maximum = 1000, default = 60)]
    pub(crate) k: Option<f64>,
}

/// A hit is worth its score divided by the best score of its ranking.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
pub(crate) struct WeightedSum {}

/// A leg's options.
pub(super) fn leg(fields: &mut Fields<'_>, name: &str) -> Option<Leg> {
    let mut members = fields.object(name)?;
    let leg = Leg {
        weight: members.number("weight", 0.0..=100.0, INVALID_WEIGHT),
        limit: members.integer("limit", 0..=MOST_HITS, INVALID_LIMIT),
    };
    members.refuse_unknown("weight, limit");
    fields.absorb(members);
    Some(leg)
}

/// The fusion, which is named by its only member.
pub(super) fn fusion(fields: &mut Fields<'_>) -> Option<Fusion> {
    let mut members = fields.object("fusion")?;
    let by_rank = members.object("reciprocal_rank").map(|mut rank| {
        let k = rank.number("k", 1.0..=1000.0, INVALID_WEIGHT);
        rank.refuse_unknown("k");
        members.absorb(rank);
        Fusion::ReciprocalRank(ReciprocalRank { k })
    });
    let by_score = members.object("weighted_sum").map(|mut sum| {
        sum.refuse_unknown("nothing");
        members.absorb(sum);
        Fusion::WeightedSum(WeightedSum {})
    });
    members.refuse_unknown("reciprocal_rank, weighted_sum");
    fields.absorb(members);
    if by_rank.is_some() && by_score.is_some() {
        fields.refuse(
            INVALID_REQUEST,
            "fusion",
            "must be reciprocal_rank or weighted_sum, not both",
        );
    }
    by_rank.or(by_score)
}

/// A list of texts.
pub(super) fn texts(fields: &mut Fields<'_>, name: &str) -> Vec<String> {
    let Some(raw) = fields.raw(name) else { return Vec::new() };
    serde_json::from_str(raw).unwrap_or_else(|_| {
        fields.refuse(INVALID_REQUEST, name, "must be a list of texts");
        Vec::new()
    })
}

/// A list of numbers that a 32-bit float can hold.
pub(super) fn vector(fields: &mut Fields<'_>) -> Vec<f32> {
    let Some(raw) = fields.raw("vector") else { return Vec::new() };
    let numbers: Option<Vec<f32>> = serde_json::from_str::<Vec<Value>>(raw)
        .ok()
        .and_then(|items| items.iter().map(|item| item.as_f64().map(|item| item as f32)).collect());
    match numbers {
        Some(numbers) if numbers.iter().all(|number| number.is_finite()) => numbers,
        Some(_) | None => {
            fields.refuse(INVALID_VECTOR, "vector", "must be a list of numbers");
            Vec::new()
        }
    }
}
