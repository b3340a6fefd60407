use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

use crate::Error;
use crate::embed::memory::{Key, Memory};
use crate::embed::{Consumed, Embedded, Embedder, Purpose, Vector};

/// Asks for no text twice: neither for one whose vector is remembered, nor for one that somebody
/// else is asking for at this moment.
pub(crate) struct Cached<E> {
    inner: E,
    /// What tells its vectors from those of others in the memory.
    name: &'static str,
    memory: Arc<Memory>,
    /// The texts that are being asked for.
    asked: Mutex<HashSet<Key>>,
    /// Rings when some of them were answered.
    answered: Notify,
}

/// Texts that one caller asks for; when it has gone, others may.
struct Claim<'a, E> {
    cached: &'a Cached<E>,
    keys: Vec<Key>,
}

impl<E: Embedder> Cached<E> {
    pub(crate) fn new(inner: E, name: &'static str, memory: Arc<Memory>) -> Self {
        Self { inner, name, memory, asked: Mutex::default(), answered: Notify::new() }
    }

    fn key(&self, text: &str, purpose: Purpose) -> Key {
        let purpose = match purpose {
            Purpose::Query => "query",
            Purpose::Passage => "passage",
        };
        let dimension = self.inner.dimension().unwrap_or(0).to_string();
        let space = [self.name, self.inner.model(), self.inner.version(), &dimension];
        let mut hash = Sha256::new();
        for part in space.into_iter().chain([purpose, text]) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }

    /// The texts whose vectors neither the caller knows nor the memory, each once.
    fn missing(&self, keys: &[Key], known: &mut HashMap<Key, Vector>) -> Vec<Key> {
        let mut seen = HashSet::new();
        let is_open = |key: &&Key| !known.contains_key(*key) && seen.insert(**key);
        let open: Vec<Key> = keys.iter().filter(is_open).copied().collect();
        let found = self.memory.look(&open);
        known.extend(open.iter().zip(found).filter_map(|(key, found)| Some((*key, found?))));
        open.into_iter().filter(|key| !known.contains_key(key)).collect()
    }

    /// Those of the texts that nobody asks for yet; from now on this caller does.
    fn claim<'a>(&'a self, missing: &[Key]) -> Claim<'a, E> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = missing.iter().filter(|key| asked.insert(**key)).copied().collect();
        Claim { cached: self, keys }
    }

    /// Asks for the texts of a claim, and remembers what comes.
    async fn ask(
        &self,
        claim: &Claim<'_, E>,
        texts: &HashMap<Key, &String>,
        purpose: Purpose,
    ) -> Result<Embedded, Error> {
        let claimed = claim.keys.iter().filter_map(|key| texts.get(key));
        let claimed: Vec<String> = claimed.map(|text| (*text).clone()).collect();
        let made = self.inner.embed(&claimed, purpose).await?;
        for (key, vector) in claim.keys.iter().zip(&made.vectors) {
            self.memory.keep(*key, vector);
        }
        Ok(made)
    }
}

impl<E> Drop for Claim<'_, E> {
    fn drop(&mut self) {
        let mut asked = self.cached.asked.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &self.keys {
            asked.remove(key);
        }
        drop(asked);
        self.cached.answered.notify_waiters();
    }
}

#[async_trait]
impl<E: Embedder> Embedder for Cached<E> {
    fn model(&self) -> &str {
        self.inner.model()
    }

    fn dimension(&self) -> Option<u32> {
        self.inner.dimension()
    }

    fn version(&self) -> &str {
        self.inner.version()
    }

    fn longest(&self) -> Option<usize> {
        self.inner.longest()
    }

    fn tokens(&self, text: &str) -> usize {
        self.inner.tokens(text)
    }

    async fn embed(&self, texts: &[String], purpose: Purpose) -> Result<Embedded, Error> {
        let keys: Vec<Key> = texts.iter().map(|text| self.key(text, purpose)).collect();
        let texts: HashMap<Key, &String> = keys.iter().copied().zip(texts).collect();
        let (mut known, mut consumed) = (HashMap::new(), None);
        loop {
            // From here on no ring is missed.
            let answered = self.answered.notified();
            tokio::pin!(answered);
            answered.as_mut().enable();
            let missing = self.missing(&keys, &mut known);
            if missing.is_empty() {
                let vectors = keys.iter().filter_map(|key| known.get(key).cloned()).collect();
                return Ok(Embedded { vectors, consumed });
            }
            let claim = self.claim(&missing);
            if claim.keys.is_empty() {
                answered.await;
                continue;
            }
            let made = self.ask(&claim, &texts, purpose).await?;
            known.extend(claim.keys.iter().copied().zip(made.vectors));
            consumed = Consumed::sum(consumed, made.consumed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    /// Makes of a text its length, counts the texts that it was asked for, and waits to be let through.
    struct Counting(AtomicUsize, Semaphore);

    #[async_trait]
    impl Embedder for Counting {
        fn model(&self) -> &'static str {
            "counting"
        }

        fn dimension(&self) -> Option<u32> {
            Some(1)
        }

        async fn embed(&self, texts: &[String], _: Purpose) -> Result<Embedded, Error> {
            self.0.fetch_add(texts.len(), Ordering::Relaxed);
            self.1.acquire().await.unwrap().forget();
            if texts.iter().any(|text| text == "fails") {
                return Err(Error::unusable("it was told to fail"));
            }
            let vectors = texts.iter().map(|text| Vector::from([text.len() as f32])).collect();
            Ok(Embedded { vectors, consumed: None })
        }
    }

    fn cached(calls: usize) -> Cached<Counting> {
        let inner = Counting(AtomicUsize::new(0), Semaphore::new(calls));
        Cached::new(inner, "counting", Arc::new(Memory::new(1 << 20)))
    }

    async fn ask(cached: &Cached<Counting>, texts: &[&str]) -> Option<Vec<f32>> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let made = cached.embed(&texts, Purpose::Query).await.ok()?;
        Some(made.vectors.iter().map(|vector| vector[0]).collect())
    }

    fn count(cached: &Cached<Counting>) -> usize {
        cached.inner.0.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn a_text_is_embedded_once_and_keeps_its_place() {
        let cached = cached(9);
        assert_eq!(ask(&cached, &["ccc", "a", "ccc"]).await, Some(vec![3.0, 1.0, 3.0]));
        assert_eq!(ask(&cached, &["bb", "ccc"]).await, Some(vec![2.0, 3.0]));
        assert_eq!(count(&cached), 3);
        cached.embed(&["a".to_owned()], Purpose::Passage).await.unwrap();
        assert_eq!(count(&cached), 4);
    }

    #[tokio::test]
    async fn callers_of_one_text_at_one_time_make_one_call() {
        let cached = cached(0);
        let let_through = async {
            while count(&cached) < 2 {
                tokio::task::yield_now().await;
            }
            cached.inner.1.add_permits(9);
        };
        let first = ask(&cached, &["a", "bb"]);
        let second = ask(&cached, &["bb", "a", "a"]);
        let (first, second, ()) = tokio::join!(first, second, let_through);
        assert_eq!((first, second), (Some(vec![1.0, 2.0]), Some(vec![2.0, 1.0, 1.0])));
        assert_eq!(count(&cached), 2);
    }

    #[tokio::test]
    async fn who_waits_asks_itself_where_the_first_failed_or_went_away() {
        let cached = cached(0);
        {
            let gone = ask(&cached, &["bb"]);
            tokio::pin!(gone);
            tokio::select! {
                biased;
                _ = gone => panic!("nobody let it through"),
                () = std::future::ready(()) => {}
            }
        }
        cached.inner.1.add_permits(9);
        let (first, second) = tokio::join!(ask(&cached, &["bb", "fails"]), ask(&cached, &["bb"]));
        assert_eq!((first, second), (None, Some(vec![2.0])));
    }
}
