use crate::Error;
use crate::retriever::searching::legs::Member;
use crate::store::Snapshot;

/// Tells of fields that no document has, and, in an explanation, how many documents pass.
pub(super) async fn look(
    snapshot: &mut dyn Snapshot,
    member: &mut Member<'_>,
    collection: &str,
) -> Result<(), Error> {
    let (plan, documents) = (member.plan, snapshot.documents());
    if let Some(filter) = plan.filter.as_ref().filter(|_| documents > 0) {
        let unknown = snapshot.unknown(&filter.fields()).await?;
        let tell = |field| format!("no document of {collection} has a field {field:?}");
        member.visit.warnings.extend(unknown.into_iter().map(tell));
    }
    if !plan.explain {
        return Ok(());
    }
    let passing = match &plan.filter {
        Some(filter) if filter.constant() == Some(true) => None,
        Some(filter) => snapshot.passing(filter).await?,
        None => Some(0),
    };
    let tell = |passing| format!("filter: {passing} of {documents} documents pass");
    member.visit.explanation.extend(passing.map(tell));
    Ok(())
}
