//! The JSON of `/v2/rerank`: what is sent, and as much of an answer as is read.

use serde::{Deserialize, Serialize};

/// Ids are names; what is longer or has other characters is none.
const LONGEST_ID: usize = 100;

/// The request's body.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    pub(super) model: &'a str,
    pub(super) query: &'a str,
    pub(super) documents: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_n: Option<usize>,
}

impl Body<'_> {
    pub(super) fn to_json(&self) -> Vec<u8> {
        // Texts and numbers cannot fail to be JSON.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// An answer.
#[derive(Debug, Deserialize)]
pub(super) struct Reply {
    #[serde(default)]
    id: Option<String>,
    results: Vec<Scored>,
    #[serde(default)]
    meta: Option<Meta>,
}

/// A document, and how well it answers, from 0 to 1.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Scored {
    /// Which of the request's documents it is, from 0.
    pub(crate) index: usize,
    #[serde(rename = "relevance_score")]
    pub(crate) score: f64,
}

#[derive(Debug, Deserialize)]
struct Meta {
    #[serde(default)]
    billed_units: Option<Billed>,
}

#[derive(Debug, Deserialize)]
struct Billed {
    /// A whole number that is written as any number.
    #[serde(default)]
    search_units: Option<f64>,
}

impl Reply {
    /// The scores, best first; none where they are not those of some of so many documents.
    pub(super) fn scores(self, documents: usize) -> Option<Vec<Scored>> {
        let mut scores = self.results;
        let mut seen = vec![false; documents];
        let mut is_new =
            |index: usize| seen.get_mut(index).is_some_and(|seen| !std::mem::replace(seen, true));
        let is_sound =
            scores.iter().all(|scored| (0.0..=1.0).contains(&scored.score) && is_new(scored.index));
        if scores.is_empty() || !is_sound {
            return None;
        }
        scores.sort_by(|a, b| b.score.total_cmp(&a.score));
        Some(scores)
    }

    /// What is billed, where the provider says it.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
    pub(super) fn search_units(&self) -> Option<u64> {
        let units = self.meta.as_ref()?.billed_units.as_ref()?.search_units?;
        (units.is_finite() && units >= 0.0).then(|| units.ceil() as u64)
    }

    /// The provider's own id of the request; empty where it gave none.
    pub(super) fn request_id(&self) -> String {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        let is_name = |id: &&String| id.len() <= LONGEST_ID && id.bytes().all(is_part);
        self.id.as_ref().filter(is_name).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(results: &str) -> Option<Vec<(usize, f64)>> {
        let reply: Reply = serde_json::from_str(&format!("{{\"results\": {results}}}")).ok()?;
        let scores = reply.scores(3)?.into_iter().map(|scored| (scored.index, scored.score));
        Some(scores.collect())
    }

    #[test]
    fn scores_are_put_in_order() {
        let results =
            r#"[{"index": 2, "relevance_score": 0.1}, {"index": 0, "relevance_score": 1}]"#;
        assert_eq!(scores(results), Some(vec![(0, 1.0), (2, 0.1)]));
    }

    #[test]
    fn what_is_no_set_of_scores_is_none() {
        for results in [
            "[]",
            r#"[{"index": 3, "relevance_score": 0.5}]"#,
            r#"[{"index": -1, "relevance_score": 0.5}]"#,
            r#"[{"index": 1, "relevance_score": 0.5}, {"index": 1, "relevance_score": 0.4}]"#,
            r#"[{"index": 1, "relevance_score": NaN}]"#,
            r#"[{"index": 1, "relevance_score": 1e999}]"#,
            r#"[{"index": 1, "relevance_score": -0.5}]"#,
            r#"[{"index": 1, "relevance_score": 7.5}]"#,
            r#"[{"index": 1}]"#,
            "null",
        ] {
            assert_eq!(scores(results), None, "{results}");
        }
    }

    #[test]
    fn units_are_read_where_they_are_told() {
        let units = |meta: &str| {
            let text = format!("{{\"results\": [], \"meta\": {meta}}}");
            serde_json::from_str::<Reply>(&text).unwrap().search_units()
        };
        assert_eq!(units(r#"{"billed_units": {"search_units": 2}}"#), Some(2));
        assert_eq!(units(r#"{"billed_units": {"search_units": 1.0}}"#), Some(1));
        assert_eq!(units(r#"{"billed_units": {}}"#), None);
        assert_eq!(units("null"), None);
    }
}
