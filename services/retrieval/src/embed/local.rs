//! Embeds on the processors of this machine, by the model all-MiniLM-L6-v2.

mod files;
#[cfg(test)]
mod tests;
mod weights;

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};
use kernel::bert::{Bert, Scratch};
use tokenizers::Tokenizer;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::Instant;
use tracing::Instrument;

use crate::Error;
use crate::config::Model;
use crate::embed::{Consumed, Embedded, Embedder, Purpose, Vector, telemetry};
use crate::error::Refused;

/// The name of its settings.
pub(super) const NAME: &str = "local";
const MODEL: &str = "all-MiniLM-L6-v2";
/// Of the weights and of how texts are treated: cut at [`LONGEST`], mean over the tokens, length 1.
const VERSION: &str = "1";
/// How many tokens of a text are read, with the two that frame it.
const LONGEST: usize = 256;
/// So many bytes of a text are looked at; what has no 256 tokens in them is no text.
const MOST_BYTES: usize = 64 << 10;
/// About so many tokens are run at once: more take no less time each, and hold up others longer.
const GROUP: usize = 256;
/// How many calls may wait for a thread.
const MOST_WAITING: usize = 256;

/// The model, with the threads that it may run on.
pub(crate) struct LocalEmbedder {
    model: Arc<Loaded>,
    threads: usize,
    /// One permit a thread, handed out in the order of asking.
    running: Arc<Semaphore>,
    waiting: Semaphore,
}

struct Loaded {
    bert: Bert,
    tokenizer: Tokenizer,
}

/// The tokens of a text, and where it stood among the others.
struct Text {
    place: usize,
    tokens: Vec<u32>,
}

impl LocalEmbedder {
    /// Reads the files and checks that they are those which are known; takes a part of a second.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is not the one that is known.
    pub(crate) fn load(config: &Model) -> Result<Self, Error> {
        let tokenizer = files::tokenizer(&config.folder)?;
        let bert = files::bert(&config.folder)?;
        Ok(Self::of(Arc::new(Loaded { bert, tokenizer }), config.threads))
    }

    fn of(model: Arc<Loaded>, threads: usize) -> Self {
        let running = Arc::new(Semaphore::new(threads));
        Self { model, threads, running, waiting: Semaphore::new(MOST_WAITING) }
    }

    async fn run(&self, texts: &[String]) -> Result<Embedded, Error> {
        let began = Instant::now();
        if texts.iter().any(|text| text.trim().is_empty()) {
            return Err(Error::BlankText);
        }
        let Ok(_place) = self.waiting.try_acquire() else { return Err(crowded()) };
        let texts = self.read(texts).await?;
        let (count, tokens) =
            (texts.len(), texts.iter().map(|text| text.tokens.len()).sum::<usize>());
        let groups = stream::iter(group(texts)).map(|group| self.embed_group(group));
        let made: Vec<_> = groups.buffer_unordered(self.threads).try_concat().await?;
        let mut vectors = vec![Vector::default(); count];
        made.into_iter().for_each(|(place, vector)| vectors[place] = vector);
        let consumed = Consumed {
            provider: NAME,
            model: MODEL.to_owned(),
            tokens: tokens as u64,
            estimated: false,
            cost_usd: Some(0.0),
            duration: began.elapsed(),
        };
        Ok(Embedded { vectors, consumed: Some(consumed) })
    }

    /// The tokens of each text.
    async fn read(&self, texts: &[String]) -> Result<Vec<Text>, Error> {
        let (model, texts) = (Arc::clone(&self.model), texts.to_vec());
        let each =
            move |(place, text): (usize, &String)| Ok(Text { place, tokens: model.tokens(text)? });
        let read = spawn_blocking(move || texts.iter().enumerate().map(each).collect());
        read.await.map_err(Error::broken)?
    }

    /// Waits for a thread and runs the model on it, which takes some hundredths of a second. Whoever
    /// gives up meanwhile is not waited for.
    async fn embed_group(&self, texts: Vec<Text>) -> Result<Vec<(usize, Vector)>, Error> {
        let permit = Arc::clone(&self.running).acquire_owned().await.map_err(Error::broken)?;
        let model = Arc::clone(&self.model);
        let made = spawn_blocking(move || {
            let _permit = permit;
            model.embed(&texts)
        });
        made.await.map_err(Error::broken)?
    }
}

impl Loaded {
    fn tokens(&self, text: &str) -> Result<Vec<u32>, Error> {
        let text = &text[..text.floor_char_boundary(MOST_BYTES)];
        let encoding = self.tokenizer.encode_fast(text, true);
        let encoding = encoding.map_err(|_| Error::unusable("a text has no tokens"))?;
        let mut tokens = encoding.get_ids().to_vec();
        if let Some(end) = tokens.last().copied()
            && tokens.len() > LONGEST
        {
            tokens.truncate(LONGEST - 1);
            tokens.push(end);
        }
        Ok(tokens)
    }

    fn embed(&self, texts: &[Text]) -> Result<Vec<(usize, Vector)>, Error> {
        let tokens: Vec<_> = texts.iter().map(|text| text.tokens.as_slice()).collect();
        let vectors = self.bert.embed(&tokens, &mut Scratch::default());
        let vectors = vectors.map_err(|error| Error::unusable(error.to_string()))?;
        let vectors = vectors.into_iter().map(Vector::from);
        Ok(texts.iter().map(|text| text.place).zip(vectors).collect())
    }
}

/// Texts that are run together.
fn group(texts: Vec<Text>) -> Vec<Vec<Text>> {
    let mut groups: Vec<Vec<Text>> = Vec::new();
    let mut size = GROUP;
    for text in texts {
        size += text.tokens.len();
        match groups.last_mut() {
            Some(group) if size <= GROUP => group.push(text),
            Some(_) | None => {
                size = text.tokens.len();
                groups.push(vec![text]);
            }
        }
    }
    groups
}

fn crowded() -> Error {
    let wait = Some(std::time::Duration::from_secs(1));
    Error::Embedder(Refused::Unavailable { why: "too many texts wait for it".to_owned(), wait })
}

#[async_trait]
impl Embedder for LocalEmbedder {
    fn model(&self) -> &str {
        MODEL
    }

    fn dimension(&self) -> Option<u32> {
        u32::try_from(self.model.bert.shape().hidden).ok()
    }

    fn version(&self) -> &str {
        VERSION
    }

    fn longest(&self) -> Option<usize> {
        Some(LONGEST)
    }

    fn tokens(&self, text: &str) -> usize {
        // What has no tokens is refused when it is embedded.
        self.model.tokenizer.encode_fast(text, true).map_or(0, |encoding| encoding.len())
    }

    async fn embed(&self, texts: &[String], _: Purpose) -> Result<Embedded, Error> {
        let span = telemetry::span(NAME, MODEL);
        let made = self.run(texts).instrument(span.clone()).await;
        telemetry::note(&span, &made);
        made
    }
}
