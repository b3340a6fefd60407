//! Orders passages by what a Cohere model says of them.
//!
//! A passage's score becomes the model's. Those that the model did not score, since `top_n` left
//! them out or they have no text, keep their order behind the others, with at most the lowest of
//! the model's scores. Whatever goes wrong leaves the order as it was, and is said.

use crate::cohere::{Brought, CohereClient, NAME as PROVIDER, Order, Reason, Scored};
use crate::{Error, Location, Passage, Placed, Ranking, Request};

pub(super) const NAME: &str = PROVIDER;

const MAX_MODEL: usize = 200;
/// In characters; the models read about 2,000 tokens of a query.
const MAX_QUERY: usize = 8_000;

/// How a Cohere model is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cohere {
    /// How many passages it orders; all where absent.
    pub top_n: Option<usize>,
    /// The model; the configured one where absent.
    pub model: Option<String>,
}

impl Cohere {
    pub(super) fn check(&self, at: &Location) -> Result<(), Error> {
        if self.top_n == Some(0) {
            return Err(Error::InvalidTopN { at: at.within("top_n") });
        }
        let is_name =
            |name: &String| name.len() <= MAX_MODEL && !name.chars().any(char::is_control);
        match &self.model {
            Some(model) if !is_name(model) => Err(Error::InvalidModel { at: at.within("model") }),
            Some(_) | None => Ok(()),
        }
    }

    pub(super) async fn apply(
        &self,
        request: &Request<'_>,
        client: Option<&CohereClient>,
        ranking: &mut Ranking,
    ) {
        let sent = with_text(request, &ranking.order);
        // Where there is nothing to order, nothing is left out.
        if sent.is_empty() {
            return;
        }
        match self.scores(request, client, &sent, ranking).await {
            Ok(scores) => {
                arrange(&mut ranking.order, &sent, &scores);
                ranking.judge(NAME, |_| Vec::new());
            }
            Err(reason) => ranking.degraded.push(format!("{NAME}: {reason}")),
        }
    }

    async fn scores(
        &self,
        request: &Request<'_>,
        client: Option<&CohereClient>,
        sent: &[usize],
        ranking: &mut Ranking,
    ) -> Result<Vec<Scored>, Reason> {
        let client = client.ok_or(Reason::NoCredentials)?;
        let query = beginning(request.query.trim(), MAX_QUERY);
        if query.is_empty() {
            return Err(Reason::BlankQuery);
        }
        let limit = client.max_document_chars();
        let passage = |place: &usize| &request.passages[ranking.order[*place].index];
        let order = Order {
            query,
            documents: sent.iter().map(|place| document(passage(place), limit)).collect(),
            top_n: self.top_n.map(|top_n| top_n.min(sent.len())),
            model: self.model.as_deref(),
        };
        let Brought { scores, call } = client.rank(&order).await;
        ranking.calls.extend(call);
        scores
    }
}

/// The places of the passages that have a text.
fn with_text(request: &Request<'_>, order: &[Placed]) -> Vec<usize> {
    let has_text = |place: &usize| {
        let Passage { title, text, .. } = request.passages[order[*place].index];
        !title.trim().is_empty() || !text.trim().is_empty()
    };
    (0..order.len()).filter(has_text).collect()
}

fn document(passage: &Passage<'_>, limit: usize) -> String {
    let whole = match passage.title.trim() {
        "" => passage.text.to_owned(),
        title => format!("{title}\n{}", passage.text),
    };
    beginning(&whole, limit).to_owned()
}

fn beginning(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(end, _)| &text[..end])
}

/// Puts those first that have a score; `sent` says at which place each stood.
fn arrange(order: &mut Vec<Placed>, sent: &[usize], scores: &[Scored]) {
    let mut left: Vec<_> = std::mem::take(order).into_iter().map(Some).collect();
    for Scored { index, score } in scores {
        let placed = sent.get(*index).and_then(|place| left.get_mut(*place)?.take());
        order.extend(placed.map(|placed| Placed { score: *score, ..placed }));
    }
    let lowest = scores.last().map_or(0.0, |scored| scored.score);
    let behind = left.into_iter().flatten();
    order.extend(behind.map(|placed| Placed { score: placed.score.min(lowest), ..placed }));
}
