use std::collections::{HashMap, HashSet};

use chassis::auth::Tenant;
use chassis::failure::{Failure, Kind};

use crate::embed::Space;
use crate::fuse::{Hit, Key};
use crate::retriever::searching::asked::{Asked, same};
use crate::retriever::searching::legs::{self, Member};
use crate::retriever::searching::{filtered, neighbours, rankings};
use crate::search::Leg;
use crate::store::{Snapshot, StoredPassage};
use crate::{Error, Retriever};

/// What one collection said to one search.
#[derive(Default)]
pub(super) struct Visit {
    /// How many documents the collection holds.
    pub(super) documents: u64,
    pub(super) parts: Vec<Part>,
    /// What was read of the best chunks, and of those beside them.
    pub(super) stored: HashMap<Key, StoredPassage>,
    /// The spaces that the dense leg searched in; nothing where it is absent.
    pub(super) spaces: Vec<Space>,
    pub(super) degraded: Vec<String>,
    pub(super) warnings: Vec<String>,
    pub(super) explanation: Vec<String>,
    /// Why legs found less than there is.
    pub(super) short: Vec<String>,
    /// Whether any leg worked, if only by finding nothing.
    pub(super) has_worked: bool,
    pub(super) failure: Option<Error>,
}

/// What one leg found for one query.
pub(super) struct Part {
    pub(super) leg: Leg,
    /// The number of the query.
    pub(super) query: usize,
    /// Where vectors were compared.
    pub(super) space: Option<Space>,
    pub(super) hits: Vec<Hit>,
    /// Whether its scores are the collection's own: in a table of another program any operator may be at work.
    pub(super) is_apart: bool,
    /// Whether there may be more than was read.
    pub(super) is_full: bool,
}

impl Visit {
    /// Leaves a leg out, and names it.
    pub(super) fn fail(&mut self, leg: Leg, error: Error) {
        if error.kind() != Kind::Deadline {
            tracing::warn!(leg = leg.name(), reason = error.reason(), "a leg of a search failed");
        }
        self.degraded.push(format!("{}: {error}", leg.name()));
        self.failure = Some(error);
    }
}

impl Retriever {
    /// Asks one collection all that any of the searches wants of it.
    ///
    /// # Errors
    ///
    /// Only a store that does not serve; what concerns one search ends that one.
    pub(super) async fn visit(
        &self,
        tenant: &Tenant,
        collection: &str,
        asked: &mut [Asked],
    ) -> Result<(), Error> {
        let snapshot = match self.store.snapshot(tenant, collection).await {
            Ok(Some(snapshot)) => Ok(snapshot),
            Ok(None) => Err(Error::CollectionNotFound(collection.to_owned())),
            Err(error @ Error::Attached(_)) => Err(error),
            Err(error) => return Err(error),
        };
        let names = |asked: &&mut Asked| {
            asked.plan().is_some_and(|plan| plan.collections.iter().any(|name| name == collection))
        };
        let members = asked.iter_mut().filter(names);
        let mut snapshot = match snapshot {
            Ok(snapshot) => snapshot,
            Err(error) => {
                members.for_each(|asked| asked.refuse(same(&error)));
                return Ok(());
            }
        };
        let asking = members.filter_map(Asked::asking);
        let mut members: Vec<Member<'_>> =
            asking.filter_map(|asking| Member::of(asking, collection)).collect();
        for member in &mut members {
            filtered::look(snapshot.as_mut(), member, collection).await?;
        }
        legs::run(snapshot.as_mut(), &mut members).await;
        read(snapshot.as_mut(), &mut members).await
    }
}

/// Reads the chunks that can be among the best of any search.
async fn read(snapshot: &mut dyn Snapshot, members: &mut [Member<'_>]) -> Result<(), Error> {
    let wanted: Vec<HashSet<Key>> = members.iter().map(wanted).collect();
    let all: HashSet<&Key> = wanted.iter().flatten().collect();
    let all: Vec<Key> = all.into_iter().cloned().collect();
    let stored = if all.is_empty() { Vec::new() } else { snapshot.passages(&all).await? };
    for (member, wanted) in members.iter_mut().zip(wanted) {
        member.visit.documents = snapshot.documents();
        for chunk in &stored {
            let key = Key { document_id: chunk.document_id.clone(), ordinal: chunk.ordinal };
            if wanted.contains(&key) {
                member.visit.stored.insert(key, chunk.clone());
            }
        }
    }
    Ok(())
}

/// The best chunks of this collection alone. What is best of several collections can be no other,
/// but for places that shift a little, so twice as many are read there.
fn wanted(member: &Member<'_>) -> HashSet<Key> {
    let most = match member.plan.collections.len() {
        1 => member.plan.limit,
        _ => member.plan.limit.saturating_mul(2),
    };
    let best = rankings::best(member.plan, &[member.visit], most).0;
    let keys = best.into_iter().map(|fused| fused.spot.key);
    keys.flat_map(|key| neighbours::around(&key, member.plan.neighbours)).collect()
}
