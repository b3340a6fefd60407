//! A table of vectors that another program made, read as it is: no statement here writes.
//!
//! Whatever pooler stands in front of that database, answers must not be mixed up. So every
//! statement runs in a transaction, under no name.

mod catalogue;
mod connect;
mod dense;
mod detect;
mod failure;
mod filter;
mod instant;
mod keyword;
mod layout;
mod node;
mod origin;
mod preset;
mod rows;
mod session;
mod snapshot;

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgPool;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::attachment::Mapping;
use crate::collection::{Attachment, Collection, Settings};
use crate::document::Document;
use crate::embed::{Embedders, Space};
use crate::page::Span;
use crate::store::attached::catalogue::Wanted;
use crate::store::attached::layout::Layout;
pub(crate) use crate::store::attached::origin::Origin;
use crate::store::attached::session::Session;
use crate::store::attached::snapshot::Reading;
use crate::store::{Kept, Sample, Snapshot};
use crate::{Error, Fault};

/// What was read of the table's shape holds for so long: an index may be made meanwhile.
const FRESH: Duration = Duration::from_secs(300);
/// A database that was away is not asked again before this has passed.
const PAUSE: Duration = Duration::from_secs(1);
const DESCRIPTION: &str = "A table of another program, which is only read.";

/// The table, found when it is first needed, and anew when it went away.
pub(crate) struct Attached {
    collection: String,
    /// The section of the settings, or the field of a request, that says which table.
    setting: String,
    origin: Arc<Origin>,
    mapping: Mapping,
    /// What made the table's vectors is among these, or they cannot be searched.
    embedders: Embedders,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    layout: Option<(Arc<Layout>, Instant)>,
    failed: Option<(Fault, Instant)>,
}

impl Attached {
    /// Attaches to nothing yet.
    pub(crate) fn new(
        collection: String,
        setting: String,
        origin: Arc<Origin>,
        mapping: Mapping,
        embedders: Embedders,
    ) -> Self {
        Self { collection, setting, origin, mapping, embedders, state: Mutex::default() }
    }

    /// Looks for the table now, and holds it against the model.
    pub(crate) async fn check_now(&self) -> Result<(), Error> {
        self.check(&self.session().await?.layout)
    }

    /// What is said of a table that the settings attached, to whoever would take it away.
    pub(crate) fn is_fixed(&self) -> Fault {
        Fault::BySettings { setting: self.setting.clone() }
    }

    /// Looks for the table, and holds it against the model. A database that is away may come later.
    pub(crate) async fn look(&self) -> Result<(), Error> {
        match self.session().await {
            Ok(session) => self.check(&session.layout),
            Err(Error::Attached(fault)) if !fault.is_configured() => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn check(&self, layout: &Layout) -> Result<(), Error> {
        let Some(holds) = layout.dimension else { return Ok(()) };
        if self.embedders.of_dimension(holds).is_some() {
            return Ok(());
        }
        let usual = self.embedders.usual();
        match usual.and_then(|usual| Some((usual.model(), usual.dimension()?))) {
            Some((model, makes)) => Err(layout.misfit(model, makes, holds).into()),
            None => Ok(()),
        }
    }

    /// The space of the table's vectors, where it is known how long they are.
    pub(crate) async fn spaces(&self) -> Result<Vec<Kept>, Error> {
        let space = self.space(&self.session().await?.layout);
        Ok(space
            .map(|space| Kept { space, is_whole: true, is_guessed: true })
            .into_iter()
            .collect())
    }

    /// What made the vectors nobody wrote down: that model which makes some of their length is taken
    /// for it.
    fn space(&self, layout: &Layout) -> Option<Space> {
        let dimension = layout.dimension?;
        let maker = self.embedders.of_dimension(dimension).or_else(|| self.embedders.usual());
        let told = maker.map(|maker| (maker.model().to_owned(), maker.version().to_owned()));
        let (model, version) = told.unwrap_or_default();
        Some(Space { model, dimension, version })
    }

    /// A row's text with its vector.
    pub(crate) async fn sample(&self) -> Result<Option<Sample>, Error> {
        rows::sample(&mut self.session().await?).await
    }

    /// The collection with its statistics.
    pub(crate) async fn collection(&self) -> Result<Collection, Error> {
        let mut session = self.session().await?;
        let (rows, is_estimated) = rows::count(&mut session).await?;
        let layout = &session.layout;
        let attachment = Attachment {
            table: layout.name.clone(),
            index: layout.index.as_ref().map(|index| index.name.clone()).unwrap_or_default(),
            operator: layout.operator.sign().to_owned(),
            is_estimated,
            problem: self.check(layout).err().map(|error| error.to_string()).unwrap_or_default(),
        };
        let space = self.space(layout);
        Ok(self.shown(rows, space, attachment))
    }

    /// The same for a list, which is told what is wrong rather than nothing.
    pub(crate) async fn listed(&self) -> Collection {
        match self.collection().await {
            Ok(collection) => collection,
            Err(error) => {
                let problem = error.to_string();
                self.shown(0, None, Attachment { problem, ..Attachment::default() })
            }
        }
    }

    fn shown(&self, rows: u64, space: Option<Space>, attachment: Attachment) -> Collection {
        Collection {
            collection: self.collection.clone(),
            description: DESCRIPTION.to_owned(),
            documents: rows,
            chunks: rows,
            text_bytes: 0,
            created_at: None,
            updated_at: None,
            space,
            settings: Settings::default(),
            attached: Some(attachment),
        }
    }

    /// One row with its text.
    pub(crate) async fn document(&self, id: &str) -> Result<Option<Document>, Error> {
        rows::find(&mut self.session().await?, &self.collection, id).await
    }

    /// Rows without their texts, in the order of their ids.
    pub(crate) async fn documents(&self, span: &Span) -> Result<Vec<Document>, Error> {
        rows::list(&mut self.session().await?, &self.collection, span).await
    }

    /// A view of the table that does not change while it is searched.
    pub(crate) async fn snapshot(&self) -> Result<Box<dyn Snapshot>, Error> {
        Ok(Box::new(Reading::begin(self.session().await?).await?))
    }

    /// A transaction on the table.
    async fn session(&self) -> Result<Session, Error> {
        let (pool, layout) = self.ready().await?;
        match Session::begin(&pool, &self.origin.place, layout).await {
            Ok(session) => Ok(session),
            Err(fault) => Err(self.lost(fault).await.into()),
        }
    }

    /// The pool and the table's shape; callers wait here for the one that looks for it.
    async fn ready(&self) -> Result<(PgPool, Arc<Layout>), Error> {
        let mut state = self.state.lock().await;
        if let Some((layout, read_at)) = &state.layout
            && read_at.elapsed() < FRESH
            && !layout.is_lost()
        {
            let layout = Arc::clone(layout);
            return match self.origin.pool().await {
                Ok(pool) => Ok((pool, layout)),
                Err(fault) => Err(state.fail(fault).into()),
            };
        }
        if let Some((fault, at)) = &state.failed
            && at.elapsed() < PAUSE
        {
            return Err(fault.clone().into());
        }
        match self.find(&mut state).await {
            Ok(ready) => Ok(ready),
            Err(fault) => {
                // Other tables of that database go on where only this one is not as it should be.
                if !fault.is_configured() {
                    self.origin.lose().await;
                }
                Err(state.fail(fault).into())
            }
        }
    }

    async fn find(&self, state: &mut State) -> Result<(PgPool, Arc<Layout>), Fault> {
        let pool = self.origin.pool().await?;
        let wanted = Wanted {
            place: &self.origin.place,
            setting: &self.setting,
            mapping: &self.mapping,
            dimension: self.embedders.usual().and_then(|usual| usual.dimension()),
        };
        let layout = Arc::new(catalogue::read(&pool, &wanted).await?);
        if state.failed.is_some() || state.layout.is_none() {
            layout.tell(&self.collection);
        }
        *state = State { layout: Some((Arc::clone(&layout), Instant::now())), failed: None };
        Ok((pool, layout))
    }

    /// The connections are of no more use; the next call begins anew.
    async fn lost(&self, fault: Fault) -> Fault {
        self.origin.lose().await;
        self.state.lock().await.fail(fault)
    }
}

impl State {
    /// Remembers why it is away, and tells it once.
    fn fail(&mut self, fault: Fault) -> Fault {
        let is_new = self.failed.as_ref().is_none_or(|(known, _)| *known != fault);
        if is_new {
            tracing::warn!(reason = fault.reason(), why = %fault, "the attached table cannot be read");
        }
        *self = Self { layout: None, failed: Some((fault.clone(), Instant::now())) };
        fault
    }
}
