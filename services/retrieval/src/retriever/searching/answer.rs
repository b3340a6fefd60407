use crate::Error;
use crate::fuse::{Fused, Ranking};
use crate::retriever::searching::asked::Asking;
use crate::retriever::searching::explain::explain;
use crate::retriever::searching::legs::ABSENT;
use crate::retriever::searching::neighbours::{after, before};
use crate::retriever::searching::plan::Plan;
use crate::retriever::searching::rankings::{best, rankings};
use crate::retriever::searching::visit::Visit;
use crate::search::{Found, Passage};

/// What the collections said together.
pub(super) fn answer(asking: Asking) -> Result<Found, Error> {
    let Asking { plan, mut visits, .. } = asking;
    for visit in visits.iter_mut().filter(|visit| !visit.has_worked) {
        if let Some(error) = visit.failure.take() {
            return Err(error);
        }
    }
    let seen: Vec<&Visit> = visits.iter().collect();
    let (fused, is_crowded) = best(&plan, &seen, plan.limit);
    let explained = plan.explain.then(|| rankings(&plan, &seen));
    let passages = passages(&plan, fused, &visits, explained.as_ref());
    let mut short = told(&plan, &visits, |visit| &visit.short);
    if is_crowded {
        short.push(format!(
            "only {} passages are left of the best chunks with at most {} of each document",
            passages.len(),
            plan.per_document
        ));
    }
    let mut warnings = plan.warnings.clone();
    warnings.extend(told(&plan, &visits, |visit| &visit.warnings));
    warnings.extend(without_text(&passages));
    let explanation = told(&plan, &visits, |visit| &visit.explanation);
    Ok(Found {
        dense: spaces(&visits),
        collection_documents: visits.iter().map(|visit| visit.documents).sum(),
        under_returned: short.join("; "),
        degraded: told(&plan, &visits, |visit| &visit.degraded),
        explanation: if plan.explain { explanation } else { Vec::new() },
        consumed: Vec::new(),
        passages,
        warnings,
    })
}

/// What was said of each collection; where there are several, with its name.
fn told(plan: &Plan, visits: &[Visit], said: impl Fn(&Visit) -> &Vec<String>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (name, visit) in plan.collections.iter().zip(visits) {
        lines.extend(said(visit).iter().map(|line| match visits.len() {
            1 => line.clone(),
            _ => format!("{name}: {line}"),
        }));
    }
    lines
}

/// The spaces that were searched in, or that there was none.
fn spaces(visits: &[Visit]) -> String {
    let mut names: Vec<String> = Vec::new();
    for space in visits.iter().flat_map(|visit| &visit.spaces) {
        let name = space.to_string();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() { ABSENT.to_owned() } else { names.join(", ") }
}

/// Says of rows that hold no text that they do not.
fn without_text(passages: &[Passage]) -> Option<String> {
    let count = passages.iter().filter(|passage| passage.text.is_empty()).count();
    (count > 0).then(|| {
        format!("{count} of the passages have no text: their rows hold none that can be read")
    })
}

/// The best, with what was stored of them.
fn passages(
    plan: &Plan,
    best: Vec<Fused>,
    visits: &[Visit],
    explained: Option<&Vec<Ranking>>,
) -> Vec<Passage> {
    let mut passages = Vec::with_capacity(best.len());
    for (rank, fused) in (1u32..).zip(best) {
        let shelf = fused.spot.shelf;
        let stored = visits.get(shelf).map(|visit| &visit.stored);
        let Some((stored, chunk)) =
            stored.and_then(|stored| Some((stored, stored.get(&fused.spot.key)?)))
        else {
            continue;
        };
        let scores = explained.map(|rankings| explain(&fused, rank, rankings));
        passages.push(Passage {
            collection: plan.collections.get(shelf).cloned().unwrap_or_default(),
            chunk_id: format!("{}#{}", chunk.document_id, chunk.ordinal),
            before: before(stored, chunk, plan.neighbours),
            after: after(stored, chunk, plan.neighbours),
            document_id: chunk.document_id.clone(),
            text: chunk.text.clone(),
            title: chunk.title.clone(),
            metadata: chunk.metadata.clone(),
            score: fused.score,
            scores: scores.unwrap_or_default(),
            start: chunk.start,
            end: chunk.end,
        });
    }
    passages
}
