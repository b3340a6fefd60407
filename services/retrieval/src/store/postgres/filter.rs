//! The documents that a filter leaves, in the words of Postgres.

use crate::metadata::Filter;

/// A condition on the ids of documents.
#[derive(Debug)]
pub(super) struct Condition {
    ids: String,
    pub(super) values: Vec<String>,
}

impl Condition {
    pub(super) fn of(filter: &Filter, bound: usize) -> Option<Self> {
        if filter.facts.is_empty() {
            return None;
        }
        let mut values = Vec::new();
        let mut all = Vec::new();
        for fact in &filter.facts {
            values.extend([fact.field.clone(), fact.value.clone()]);
            let at = values.len();
            all.push(format!(
                "(field = (${bound}::text[])[{}] and value = (${bound}::text[])[{at}])",
                at - 1
            ));
        }
        let ids = format!(
            "select document_id from retrieval.fact where tenant = $1 and collection = $2 and ({}) group by document_id having count(*) = {}",
            all.join(" or "),
            all.len()
        );
        Some(Self { ids, values })
    }

    pub(super) fn on(&self, column: &str) -> String {
        format!("{column} in ({})", self.ids)
    }

    /// The same, as a question to each row.
    pub(super) fn by_row(&self, column: &str) -> String {
        format!(
            "(exists (select from ({}) as passing where passing.document_id = {column})) is true",
            self.ids
        )
    }
}
