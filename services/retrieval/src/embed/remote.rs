//! Texts to vectors through a provider: in batches, a few calls at once.

use std::time::Duration;

use async_trait::async_trait;
use chassis::deadline::{self, Deadline};
use futures_util::future::try_join_all;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout};
use tracing::Instrument;

use crate::Error;
use crate::config::Embed;
use crate::embed::{
    Consumed, Embedded, Embedder, Prefixes, Purpose, beginning, telemetry, vectors,
};

/// Nobody waits longer than this for a place among the calls of a provider.
const PATIENCE: Duration = Duration::from_secs(60);

/// A provider's own words: how it is asked, and what it answers.
#[async_trait]
pub(super) trait Provider: Send + Sync {
    /// Who serves it.
    fn name(&self) -> &'static str;

    /// The model.
    fn model(&self) -> &str;

    /// How many numbers a vector has, where that is known before the first one.
    fn dimension(&self) -> Option<u32>;

    /// What stands before texts.
    fn prefixes(&self) -> Option<&Prefixes> {
        None
    }

    /// How many tokens of a text it reads, where it is known.
    fn longest(&self) -> Option<usize> {
        None
    }

    /// Whether it refuses a longer text, where others read its beginning.
    fn refuses_long(&self) -> bool {
        false
    }

    /// The most texts of one call.
    fn most_texts(&self) -> usize {
        usize::MAX
    }

    /// The most tokens of one call.
    fn most_tokens(&self) -> usize {
        usize::MAX
    }

    /// US dollars per million tokens, where it is known.
    fn price(&self) -> Option<f64> {
        None
    }

    /// Learns from the provider what it takes, once.
    async fn prepare(&self) -> Result<(), Error> {
        Ok(())
    }

    /// One call.
    async fn ask(&self, texts: &[String], purpose: Purpose) -> Result<Answered, Error>;
}

/// What a provider answered, as it came.
pub(super) struct Answered {
    /// The numbers of each text, in the order of the texts.
    pub(super) vectors: Vec<Vec<f32>>,
    /// The tokens that it read, where it says so.
    pub(super) tokens: Option<u64>,
    /// The model, where it names it.
    pub(super) model: Option<String>,
}

/// A provider as something that embeds.
pub(super) struct Remote<P> {
    provider: P,
    config: Embed,
    places: Semaphore,
}

impl<P: Provider> Remote<P> {
    pub(super) fn new(provider: P, config: Embed) -> Self {
        Self { provider, config, places: Semaphore::new(config.parallel) }
    }

    /// A text as it is sent.
    fn sent(&self, text: &str, purpose: Purpose) -> String {
        let text = match self.provider.prefixes() {
            Some(prefixes) => prefixes.put(purpose, text),
            None => text.to_owned(),
        };
        match self.longest() {
            Some(longest) if self.provider.refuses_long() => beginning(&text, longest).to_owned(),
            Some(_) | None => text,
        }
    }

    /// The texts of each call.
    fn batches<'a>(&self, texts: &'a [String]) -> Vec<&'a [String]> {
        let most = self.config.batch.min(self.provider.most_texts()).max(1);
        let (mut batches, mut begin, mut tokens) = (Vec::new(), 0, 0);
        for (at, text) in texts.iter().enumerate() {
            let more = self.tokens(text);
            let is_full = at - begin >= most || tokens + more > self.provider.most_tokens();
            if is_full && at > begin {
                batches.push(&texts[begin..at]);
                (begin, tokens) = (at, 0);
            }
            tokens += more;
        }
        batches.push(&texts[begin..]);
        batches
    }

    async fn call(&self, texts: &[String], purpose: Purpose) -> Result<Embedded, Error> {
        let _place = self.place().await?;
        let span = telemetry::span(self.provider.name(), self.provider.model());
        let made = self.measured(texts, purpose).instrument(span.clone()).await;
        telemetry::note(&span, &made);
        made
    }

    async fn measured(&self, texts: &[String], purpose: Purpose) -> Result<Embedded, Error> {
        let began = Instant::now();
        let answered = self.provider.ask(texts, purpose).await?;
        let vectors = vectors::checked(answered.vectors, texts.len(), self.provider.dimension())?;
        let estimated = || texts.iter().map(|text| self.tokens(text) as u64).sum();
        let tokens = answered.tokens.unwrap_or_else(estimated);
        let named = answered.model.filter(|name| !name.is_empty() && name.len() <= 200);
        let consumed = Consumed {
            provider: self.provider.name(),
            model: named.unwrap_or_else(|| self.provider.model().to_owned()),
            tokens,
            estimated: answered.tokens.is_none(),
            cost_usd: self.provider.price().map(|price| tokens as f64 * price / 1e6),
            duration: began.elapsed(),
        };
        Ok(Embedded { vectors, consumed: Some(consumed) })
    }

    /// A place among the calls that are under way, within the caller's time.
    async fn place(&self) -> Result<SemaphorePermit<'_>, Error> {
        let own = Deadline::after(PATIENCE);
        let until = deadline::current().map_or(own, |callers| callers.min(own));
        match timeout(until.remaining(), self.places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => Err(Error::unusable("too many calls of it are under way")),
        }
    }
}

#[async_trait]
impl<P: Provider> Embedder for Remote<P> {
    fn model(&self) -> &str {
        self.provider.model()
    }

    fn dimension(&self) -> Option<u32> {
        self.provider.dimension()
    }

    fn version(&self) -> &str {
        self.provider.prefixes().map_or("", Prefixes::version)
    }

    fn longest(&self) -> Option<usize> {
        self.provider.longest()
    }

    async fn embed(&self, texts: &[String], purpose: Purpose) -> Result<Embedded, Error> {
        if texts.iter().any(|text| text.trim().is_empty()) {
            return Err(Error::BlankText);
        }
        if texts.is_empty() {
            return Ok(Embedded { vectors: Vec::new(), consumed: None });
        }
        let began = Instant::now();
        self.provider.prepare().await?;
        let texts: Vec<String> = texts.iter().map(|text| self.sent(text, purpose)).collect();
        let calls = self.batches(&texts).into_iter().map(|batch| self.call(batch, purpose));
        let made = try_join_all(calls).await?;
        Ok(together(made, began.elapsed()))
    }
}

/// Several calls as one, which took so long.
fn together(made: Vec<Embedded>, duration: Duration) -> Embedded {
    let mut all = Embedded { vectors: Vec::new(), consumed: None };
    for one in made {
        all.vectors.extend(one.vectors);
        all.consumed = Consumed::sum(all.consumed, one.consumed);
    }
    all.consumed = all.consumed.map(|consumed| Consumed { duration, ..consumed });
    all
}
