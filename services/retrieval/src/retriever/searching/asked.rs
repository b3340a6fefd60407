use crate::retriever::searching::embedding::Dense;
use crate::retriever::searching::plan::Plan;
use crate::retriever::searching::visit::Visit;
use crate::search::Search;
use crate::{Error, Fault};

/// A search on its way: what is asked, and what the collections said so far.
pub(super) struct Asked(Result<Asking, Error>);

/// A search that was not refused.
pub(super) struct Asking {
    pub(super) plan: Plan,
    /// For each of its collections, what its queries are compared by.
    pub(super) dense: Vec<Dense>,
    /// For each of its collections, what was found there.
    pub(super) visits: Vec<Visit>,
}

impl Asked {
    /// Checks a search, unless it was refused before.
    pub(super) fn of(search: Result<Search, Error>) -> Self {
        let asking = |plan: Plan| {
            let visits = plan.collections.iter().map(|_| Visit::default()).collect();
            Asking { plan, dense: Vec::new(), visits }
        };
        Self(search.and_then(Plan::of).map(asking))
    }

    /// What is asked, unless it was refused.
    pub(super) fn plan(&self) -> Option<&Plan> {
        self.0.as_ref().ok().map(|asking| &asking.plan)
    }

    pub(super) fn asking(&mut self) -> Option<&mut Asking> {
        self.0.as_mut().ok()
    }

    /// Ends a search early.
    pub(super) fn refuse(&mut self, error: Error) {
        self.0 = Err(error);
    }

    pub(super) fn end(self) -> Result<Asking, Error> {
        self.0
    }
}

/// The same failure for another search that it ends, where it is one of a collection or a model.
pub(super) fn same(error: &Error) -> Error {
    if let Error::Embedder(refused) = error {
        return Error::Embedder(refused.clone());
    }
    if let Error::Attached(fault) = error {
        return Error::Attached(Fault::clone(fault));
    }
    if let Error::CollectionNotFound(name) = error {
        return Error::CollectionNotFound(name.clone());
    }
    Error::Unavailable(error.to_string().into())
}
