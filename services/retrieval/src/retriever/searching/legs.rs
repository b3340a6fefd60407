use chassis::failure::{Failure, Kind};

use crate::Error;
use crate::embed::Consumed;
use crate::fuse::Ranking;
use crate::retriever::searching::embedding::{Dense, Ready};
use crate::retriever::searching::plan::{self, Plan};
use crate::search::Leg;
use crate::store::{Query, Ranked, Snapshot};

/// What an answer says of a leg that is not there.
const ABSENT: &str = "absent";

/// What the legs found together, and what became of each.
#[derive(Default)]
pub(super) struct Legs {
    pub(super) rankings: Vec<Ranking>,
    /// The space that the dense leg searched in, or that it is absent.
    pub(super) dense: String,
    pub(super) degraded: Vec<String>,
    pub(super) warnings: Vec<String>,
    pub(super) explanation: Vec<String>,
    /// Why legs found less than there is.
    pub(super) short: Vec<String>,
    pub(super) consumed: Vec<Consumed>,
    has_worked: bool,
    failure: Option<Error>,
}

impl Legs {
    /// Asks every leg that there is. One that fails is left out and named.
    ///
    /// # Errors
    ///
    /// Where no leg worked, the last failure.
    pub(super) async fn run(
        snapshot: &mut dyn Snapshot,
        plan: &Plan,
        dense: Dense,
    ) -> Result<Self, Error> {
        let mut legs = Self { dense: ABSENT.to_owned(), ..Self::default() };
        let is_both = matches!(dense, Dense::Ready(_)) && plan.mode.legs().len() > 1;
        let depth = plan.depth(if is_both { 2 } else { 1 });
        if plan.mode.legs().contains(&Leg::Keyword) {
            legs.keyword(snapshot, plan, depth).await;
        }
        match dense {
            Dense::Unasked => {}
            Dense::Absent => legs.degraded.push(format!("{}: {ABSENT}", Leg::Dense.name())),
            Dense::Failed(error) => legs.fail(Leg::Dense, error),
            Dense::Ready(ready) => legs.compare(snapshot, plan, ready, depth).await,
        }
        match legs.failure.take() {
            Some(error) if !legs.has_worked => Err(error),
            Some(_) | None => Ok(legs),
        }
    }

    /// What the words of each query find.
    async fn keyword(&mut self, snapshot: &mut dyn Snapshot, plan: &Plan, depth: u32) {
        self.has_worked = plan.filter.is_none();
        let Some(filter) = &plan.filter else { return };
        let worded = |query: &&plan::Query| !query.words.is_empty();
        let spoken: Vec<&plan::Query> = plan.queries.iter().filter(worded).collect();
        self.has_worked |= spoken.len() < plan.queries.len();
        let asked = spoken.iter().map(|query| Query { text: &query.text, words: &query.words });
        let asked: Vec<Query<'_>> = asked.collect();
        match snapshot.keyword(&asked, filter, depth).await {
            Ok(found) => self.take(Leg::Keyword, &spoken, found),
            Err(error) => self.fail(Leg::Keyword, error),
        }
    }

    /// What is near the queries' vectors, and whether they can be trusted.
    async fn compare(
        &mut self,
        snapshot: &mut dyn Snapshot,
        plan: &Plan,
        ready: Ready,
        depth: u32,
    ) {
        let Ready { space, vectors, consumed, is_foreign } = ready;
        self.consumed = consumed;
        if is_foreign {
            self.warnings.push(format!(
                "the vectors of the collection seem to be of another model than {}, so what the dense leg finds may be chance; set retrieval.openai.model to the one that made them",
                space.model
            ));
        }
        let Some(filter) = &plan.filter else { return };
        match snapshot.dense(&space, &vectors, filter, depth).await {
            Ok(found) => {
                self.take(Leg::Dense, &plan.queries.iter().collect::<Vec<_>>(), found);
                self.dense = space.to_string();
            }
            Err(error) => self.fail(Leg::Dense, error),
        }
    }

    /// Takes what a leg found for each query.
    fn take(&mut self, leg: Leg, queries: &[&plan::Query], found: Vec<Ranked>) {
        for (query, ranked) in queries.iter().zip(found) {
            self.take_one(leg, query, ranked);
        }
    }

    fn take_one(&mut self, leg: Leg, query: &plan::Query, ranked: Ranked) {
        self.has_worked = true;
        let name = format!("{}{}", leg.name(), query.place);
        let told = |text: String| (!text.is_empty()).then(|| format!("{name}: {text}"));
        self.explanation.extend(told(ranked.how));
        self.short.extend(told(ranked.short));
        if !ranked.warning.is_empty() && !self.warnings.contains(&ranked.warning) {
            self.warnings.push(ranked.warning);
        }
        self.rankings.push(Ranking { name, hits: ranked.hits });
    }

    fn fail(&mut self, leg: Leg, error: Error) {
        if error.kind() != Kind::Deadline {
            tracing::warn!(leg = leg.name(), reason = error.reason(), "a leg of a search failed");
        }
        self.degraded.push(format!("{}: {error}", leg.name()));
        self.failure = Some(error);
    }
}
