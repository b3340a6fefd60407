use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::flow::{Check, View};
use crate::run::passage::Passage;
use crate::run::{Outcome, StepError, markers};

/// A model's text is trusted this far, where all its citations hold.
const MODEL: f64 = 0.9;
/// Sentences that were put together without a model are trusted this far.
const EXTRACTED: f64 = 0.6;
/// The confidence in a text that no citation supports.
const UNSUPPORTED: f64 = 0.2;
/// The provider that extracts instead of writing.
const LOCAL: &str = "local";

/// What a generate step without schema made.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Draft {
    text: String,
    citations: Vec<Citation>,
    provider: String,
    passages: Vec<Passage>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Citation {
    marker: String,
    document_id: String,
    quote: String,
}

/// Drops the citations that do not hold, with their markers in the text.
///
/// A citation holds where its marker is the number of a passage, that passage is of the cited
/// document, and the quote stands in it (blanks aside). A marker holds where its number is one of
/// a passage and not all of its citations were dropped.
pub(super) fn run(check: &Check, view: View<'_>) -> Result<Outcome, StepError> {
    let draft = view.done.get(&check.from).cloned().unwrap_or_default();
    let draft: Draft = serde_json::from_value(draft).map_err(|error| {
        let message = format!("the checkpoint of step `{}` is no text: {error}", check.from);
        StepError::broken("jobs", message)
    })?;
    Ok(Outcome::of(checked(draft)))
}

fn checked(draft: Draft) -> Value {
    let Draft { text, citations, provider, passages } = draft;
    let (mut kept, refused): (Vec<_>, Vec<_>) =
        citations.into_iter().partition(|citation| holds(citation, &passages));
    let good: BTreeSet<usize> = kept.iter().filter_map(Citation::number).collect();
    let bad: BTreeSet<usize> =
        refused.iter().filter_map(Citation::number).filter(|n| !good.contains(n)).collect();
    let marker_holds = |number| (1..=passages.len()).contains(&number) && !bad.contains(&number);

    let numbers: Vec<usize> =
        markers::find(&text).into_iter().flat_map(|marker| marker.numbers).collect();
    let valid = numbers.iter().filter(|number| marker_holds(**number)).count();
    // A citation whose marker is nowhere in the text supports nothing.
    kept.retain(|citation| citation.number().is_some_and(|number| numbers.contains(&number)));
    let confidence = confidence(&provider, valid, numbers.len(), kept.is_empty());
    json!({
        "text": markers::keep(&text, marker_holds),
        "citations": kept,
        "confidence": confidence,
        "provider": provider,
        "dropped": numbers.len() - valid,
    })
}

impl Citation {
    fn number(&self) -> Option<usize> {
        markers::number(&self.marker)
    }
}

fn holds(citation: &Citation, passages: &[Passage]) -> bool {
    let passage = citation.number().and_then(|number| passages.get(number.checked_sub(1)?));
    passage.is_some_and(|passage| {
        passage.document_id == citation.document_id
            && words(&passage.text).contains(words(&citation.quote).trim())
    })
}

/// The text with single blanks, since quotes are not cut at the passage's line breaks.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How far the text can be relied on, from 0 to 1 in hundredths.
///
/// It is 0.9 for a model's text and 0.6 for an extracted one, times the share of the text's
/// markers that hold, and never less than 0.2, which is also what a text without a citation that
/// holds gets. It measures support by passages, not whether the text is right.
fn confidence(provider: &str, valid: usize, markers: usize, is_unsupported: bool) -> f64 {
    if is_unsupported || markers == 0 {
        return UNSUPPORTED;
    }
    let base = if provider == LOCAL { EXTRACTED } else { MODEL };
    // Numbers of markers are far below where a float would lose one.
    let share = valid as f64 / markers as f64;
    ((base * share).max(UNSUPPORTED) * 100.0).round() / 100.0
}
