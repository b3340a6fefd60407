use crate::embed::{Space, Vector};
use crate::filter::Filter;
use crate::retriever::searching::asked::{Asking, same};
use crate::retriever::searching::embedding::{Dense, Ready};
use crate::retriever::searching::plan::Plan;
use crate::retriever::searching::visit::{Part, Visit};
use crate::search::Leg;
use crate::store::{Query, Ranked, Snapshot};

/// What an answer says of a leg that is not there.
pub(super) const ABSENT: &str = "absent";

/// A search at one of its collections.
pub(super) struct Member<'a> {
    pub(super) plan: &'a Plan,
    pub(super) dense: Dense,
    pub(super) visit: &'a mut Visit,
}

impl<'a> Member<'a> {
    /// The search, if it has to do with the collection.
    pub(super) fn of(asking: &'a mut Asking, collection: &str) -> Option<Self> {
        let shelf = asking.plan.collections.iter().position(|name| name == collection)?;
        let dense = asking.dense.get_mut(shelf).map(std::mem::take).unwrap_or_default();
        Some(Self { plan: &asking.plan, dense, visit: asking.visits.get_mut(shelf)? })
    }

    /// How many hits of each of a leg's rankings are read.
    fn depth(&self, leg: Leg) -> usize {
        let worded = self.plan.queries.iter().filter(|query| !query.words.is_empty());
        let keyword = if self.plan.asks(Leg::Keyword) { worded.count() } else { 0 };
        let dense = self.dense.ready.iter().map(|ready| ready.vectors.len()).sum::<usize>();
        self.plan.depth(leg, keyword + dense)
    }

    /// Takes what a leg found for one query, and what it says of it.
    fn take(&mut self, leg: Leg, query: usize, space: Option<&Space>, ranked: Ranked) {
        let Ranked { mut hits, how, short, warning } = ranked;
        let depth = self.depth(leg);
        let is_full = hits.len() >= depth;
        hits.truncate(depth);
        let place = self.plan.queries.get(query).map_or("", |query| query.place.as_str());
        let told =
            |text: String| (!text.is_empty()).then(|| format!("{}{place}: {text}", leg.name()));
        self.visit.has_worked = true;
        self.visit.explanation.extend(told(how));
        self.visit.short.extend(told(short));
        if !warning.is_empty() && !self.visit.warnings.contains(&warning) {
            self.visit.warnings.push(warning);
        }
        let guessed = |ready: &Ready| ready.is_guessed && Some(&ready.space) == space;
        let is_apart = self.dense.ready.iter().any(guessed);
        self.visit.parts.push(Part { leg, query, space: space.cloned(), hits, is_apart, is_full });
    }
}

/// Asks every leg that there is, once for all searches of one filter. One that fails is left out
/// and named.
pub(super) async fn run(snapshot: &mut dyn Snapshot, members: &mut [Member<'_>]) {
    for member in members.iter_mut() {
        announce(member);
    }
    let mut filters: Vec<&Filter> = Vec::new();
    for filter in members.iter().filter_map(|member| member.plan.filter.as_ref()) {
        if !filters.contains(&filter) {
            filters.push(filter);
        }
    }
    let filters: Vec<Filter> = filters.into_iter().cloned().collect();
    for filter in &filters {
        keyword(snapshot, members, filter).await;
        dense(snapshot, members, filter).await;
    }
}

/// Says what will not be there.
fn announce(member: &mut Member<'_>) {
    // What nothing can meet, and what has no words, is answered by nothing.
    let is_mute = member.plan.queries.iter().any(|query| query.words.is_empty());
    let is_void = member.plan.filter.is_none();
    member.visit.has_worked = member.plan.asks(Leg::Keyword) && (is_void || is_mute);
    if member.dense.is_asked && member.dense.ready.is_empty() && member.dense.failed.is_empty() {
        let mut said = format!("{}: {ABSENT}", Leg::Dense.name());
        if !member.dense.lacking.is_empty() {
            said = format!("{said}: {}", member.dense.lacking);
        }
        member.visit.degraded.push(said);
    }
    for error in std::mem::take(&mut member.dense.failed) {
        member.visit.fail(Leg::Dense, error);
    }
    for ready in &member.dense.ready {
        if ready.is_foreign {
            member.visit.warnings.push(foreign(&ready.space));
        }
    }
}

fn foreign(space: &Space) -> String {
    format!(
        "the vectors of the collection seem to be of another model than {}, so what the dense leg finds may be chance; set retrieval.openai.model to the one that made them",
        space.model
    )
}

/// What the words of each query find.
async fn keyword(snapshot: &mut dyn Snapshot, members: &mut [Member<'_>], filter: &Filter) {
    let mut places = Vec::new();
    let mut queries = Vec::new();
    let mut depth = 0;
    for (at, member) in members.iter().enumerate() {
        if member.plan.filter.as_ref() != Some(filter) || !member.plan.asks(Leg::Keyword) {
            continue;
        }
        for (number, query) in member.plan.queries.iter().enumerate() {
            if !query.words.is_empty() {
                depth = depth.max(member.depth(Leg::Keyword));
                places.push((at, number));
                queries.push(Query { text: &query.text, words: &query.words });
            }
        }
    }
    if queries.is_empty() {
        return;
    }
    let found = snapshot.keyword(&queries, filter, bounded(depth)).await;
    hand_out(members, Leg::Keyword, None, &places, found);
}

/// What is near the vectors of each query, space by space.
async fn dense(snapshot: &mut dyn Snapshot, members: &mut [Member<'_>], filter: &Filter) {
    let mut spaces: Vec<Space> = Vec::new();
    for ready in members.iter().flat_map(|member| &member.dense.ready) {
        if !spaces.contains(&ready.space) {
            spaces.push(ready.space.clone());
        }
    }
    for space in &spaces {
        compare(snapshot, members, filter, space).await;
    }
}

async fn compare(
    snapshot: &mut dyn Snapshot,
    members: &mut [Member<'_>],
    filter: &Filter,
    space: &Space,
) {
    let mut places = Vec::new();
    let mut vectors: Vec<Vector> = Vec::new();
    let mut depth = 0;
    for (at, member) in members.iter().enumerate() {
        let is_meant = |ready: &&Ready| ready.space == *space;
        let ready = member.dense.ready.iter().find(is_meant);
        let Some(ready) = ready.filter(|_| member.plan.filter.as_ref() == Some(filter)) else {
            continue;
        };
        depth = depth.max(member.depth(Leg::Dense));
        places.extend(ready.vectors.iter().map(|(number, _)| (at, *number)));
        vectors.extend(ready.vectors.iter().map(|(_, vector)| Vector::clone(vector)));
    }
    if vectors.is_empty() {
        return;
    }
    let found = snapshot.dense(space, &vectors, filter, bounded(depth)).await;
    if found.is_ok() {
        for (at, _) in &places {
            let spaces = &mut members[*at].visit.spaces;
            if !spaces.contains(space) {
                spaces.push(space.clone());
            }
        }
    }
    hand_out(members, Leg::Dense, Some(space), &places, found);
}

/// Gives each search what was found for it, or the failure to all.
fn hand_out(
    members: &mut [Member<'_>],
    leg: Leg,
    space: Option<&Space>,
    places: &[(usize, usize)],
    found: Result<Vec<Ranked>, crate::Error>,
) {
    match found {
        Ok(found) => {
            for ((at, query), ranked) in places.iter().zip(found) {
                members[*at].take(leg, *query, space, ranked);
            }
        }
        Err(error) => {
            let mut failed: Vec<usize> = places.iter().map(|(at, _)| *at).collect();
            failed.dedup();
            failed.into_iter().for_each(|at| members[at].visit.fail(leg, same(&error)));
        }
    }
}

fn bounded(depth: usize) -> u32 {
    u32::try_from(depth).unwrap_or(u32::MAX)
}
